import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { loadTarCodec, type TarCodec } from '../artifact/tar-codec.ts';
import { blockBytes, paddingOf } from '../artifact/tar-entry.ts';
import { listEntryFiles } from './entry-files.ts';
import { openLocalStore } from './local-store.ts';
import { appendBytes } from './partial-entry.ts';

/** The first member of an exported cache; its body is `{"v":1}`. The others are artifacts, named by their hashes. */
export const exportMarker = { name: 'larder-cache.json', body: '{"v":1}' } as const;

export interface ExportedCache {
  readonly entries: number;
  readonly sizeBytes: number;
}

/**
 * Writes every entry of a local cache into one tar archive, which takes its name only when it is whole. Rejects with
 * errors of the file system, or when `signal` aborts.
 */
export async function exportCache(
  directoryAbsolute: string,
  fileAbsolute: string,
  signal: AbortSignal,
): Promise<ExportedCache> {
  const partial = `${fileAbsolute}.${randomUUID()}.partial`;
  const counted = { entries: 0, sizeBytes: 0 };
  try {
    const file = await open(partial, 'wx', 0o644);
    try {
      for await (const bytes of packCache(directoryAbsolute, { counted, signal })) await appendBytes(file.fd, bytes);
    } finally {
      await file.close();
    }
    await rename(partial, fileAbsolute);
  } finally {
    await rm(partial, { force: true });
  }
  return counted;
}

interface PackOptions {
  readonly counted: { entries: number; sizeBytes: number };
  readonly signal: AbortSignal;
}

async function* packCache(directoryAbsolute: string, { counted, signal }: PackOptions): AsyncGenerator<Uint8Array> {
  const codec = await loadTarCodec();
  const local = openLocalStore({ directoryAbsolute });
  const marker = Buffer.from(exportMarker.body);
  yield packMember(codec, exportMarker.name, marker.length);
  yield marker;
  yield Buffer.alloc(paddingOf(marker.length));
  for (const { hash } of listEntryFiles(directoryAbsolute).toSorted((a, b) => (a.hash < b.hash ? -1 : 1))) {
    const entry = await local.read(hash, signal);
    if (entry === null) continue;
    const sizeBytes = entry.sizeBytes ?? 0;
    yield packMember(codec, hash, sizeBytes);
    let missing = sizeBytes;
    for await (const chunk of entry.body) {
      missing -= chunk.byteLength;
      yield chunk;
    }
    if (missing !== 0) throw new Error(`the entry ${hash} changed while it was read`);
    yield Buffer.alloc(paddingOf(sizeBytes));
    counted.entries += 1;
    counted.sizeBytes += sizeBytes;
  }
  yield Buffer.alloc(2 * blockBytes);
}

function packMember(codec: TarCodec, path: string, sizeBytes: number): Buffer {
  return codec.encode({ kind: 'file', path, mode: 0o644, sizeBytes, linkTarget: '' });
}
