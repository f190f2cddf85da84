import { createReadStream } from 'node:fs';
import { parseTaskHash, type TaskHash } from '@larder/core';
import { ByteSource } from '../artifact/byte-source.ts';
import { InvalidArtifact } from '../artifact/invalid-artifact.ts';
import { defaultArtifactLimits } from '../artifact/limits.ts';
import type { SignatureCheck } from '../artifact/signature.ts';
import { runSteps, type Steps } from '../artifact/steps.ts';
import { TarReader } from '../artifact/tar-reader.ts';
import { exportMarker } from './export-cache.ts';
import type { LocalStore } from './local-store.ts';
import type { DamagedEntry } from './verify-cache.ts';

export interface ImportOptions {
  /** Null takes signed and unsigned artifacts alike. */
  readonly trust: SignatureCheck | null;
  readonly signal: AbortSignal;
}

export interface ImportedCache {
  readonly stored: number;
  /** There already. */
  readonly existing: number;
  readonly refused: readonly DamagedEntry[];
  /** Why the rest of the archive could not be read; null where it was read to its end. */
  readonly brokenOff: string | null;
}

/**
 * Takes over what `exportCache` wrote. Each artifact is verified as one from a remote cache is; names in the archive
 * are hashes or refused, and none of them reaches the file system otherwise. Rejects with errors of the file system.
 */
export async function importCache(
  local: LocalStore,
  fileAbsolute: string,
  { trust, signal }: ImportOptions,
): Promise<ImportedCache> {
  const counted = { stored: 0, existing: 0, refused: [] as DamagedEntry[] };
  const source = new ByteSource(createReadStream(fileAbsolute, { signal, highWaterMark: 256 * 1024 }));
  try {
    const tar = new TarReader(source);
    await runSteps(expectMarker(tar, source));
    for (;;) {
      const member = await runSteps(tar.readEntryOrEnd());
      if (member === null) return { ...counted, brokenOff: null };
      const hash = member.kind === 'file' ? parseTaskHash(member.path) : null;
      if (hash === null) throw new InvalidArtifact(`"${member.path}" is no artifact`);
      await receiveMember(local, source, { hash, sizeBytes: member.sizeBytes, trust, counted });
      await runSteps(tar.skipPadding(member.sizeBytes));
    }
  } catch (error) {
    if (error instanceof InvalidArtifact) return { ...counted, brokenOff: error.message };
    throw error;
  } finally {
    await source.close();
  }
}

function* expectMarker(tar: TarReader, source: ByteSource): Steps<void> {
  const { path, sizeBytes } = yield* tar.readEntry();
  const isMarked = path === exportMarker.name && sizeBytes === exportMarker.body.length;
  if (!isMarked || (yield* source.take(sizeBytes)).toString() !== exportMarker.body) {
    throw new InvalidArtifact('it was not written by `larder cache export`, or by one that this Larder does not know');
  }
  yield* tar.skipPadding(sizeBytes);
}

interface Member {
  readonly hash: TaskHash;
  readonly sizeBytes: number;
  readonly trust: SignatureCheck | null;
  readonly counted: { stored: number; existing: number; refused: DamagedEntry[] };
}

/** Whatever becomes of it, its bytes are taken from the archive to the last one. */
async function receiveMember(local: LocalStore, source: ByteSource, member: Member): Promise<void> {
  const { hash, sizeBytes, trust, counted } = member;
  let missing = sizeBytes;
  async function* body(): AsyncGenerator<Uint8Array> {
    while (missing > 0) {
      const piece = await runSteps(source.takeSome(missing));
      missing -= piece.length;
      yield piece;
    }
  }
  if (local.find(hash) === null) {
    const { receiveArtifact } = await import('./receive-artifact.ts');
    const received = await receiveArtifact(local, body(), { hash, limits: defaultArtifactLimits, trust });
    if (received.kind === 'stored') counted.stored += 1;
    else if (received.kind === 'exists') counted.existing += 1;
    else counted.refused.push({ hash, reason: received.reason });
  } else {
    counted.existing += 1;
  }
  while (missing > 0) missing -= (await runSteps(source.takeSome(missing))).length;
}
