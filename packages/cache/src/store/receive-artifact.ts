import type { TaskHash } from '@larder/core';
import type { ArtifactLimits } from '../artifact/limits.ts';
import { readArtifact, type RefusedArtifact } from '../artifact/read-artifact.ts';
import type { SignatureCheck } from '../artifact/signature.ts';
import type { LocalStore } from './local-store.ts';

export interface VerifyOptions {
  readonly hash: TaskHash;
  readonly limits: ArtifactLimits;
  readonly trust: SignatureCheck | null;
}

/** Reads an artifact to its last byte; null where it is right. Rejects with what `bytes` throws. */
export async function verifyArtifact(
  bytes: AsyncIterable<Uint8Array>,
  options: VerifyOptions,
): Promise<RefusedArtifact | null> {
  const read = await readArtifact(bytes, {
    ...options,
    onManifest: async () => ({ kind: 'read', sink: { write: () => {} } }),
  });
  return read.kind === 'valid' ? null : read;
}

export type Received = { readonly kind: 'stored' } | { readonly kind: 'exists' } | RefusedArtifact;

/** Verifies an artifact while it is written, and publishes it only when its last byte has proved right. */
export async function receiveArtifact(
  local: LocalStore,
  bytes: AsyncIterable<Uint8Array>,
  options: VerifyOptions,
): Promise<Received> {
  await using entry = await local.startEntry();
  async function* keep(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      await entry.write(chunk);
      yield chunk;
    }
  }
  const refusal = await verifyArtifact(keep(), options);
  return refusal ?? { kind: await entry.publish(options.hash) };
}
