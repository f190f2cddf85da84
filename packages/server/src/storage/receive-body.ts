import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { isOutOfSpace } from './file-errors.ts';
import type { Reservation } from './reservation.ts';
import type { EntryWrite, WriteResult } from './storage.ts';

export type ReceiveResult =
  | { readonly kind: 'received'; readonly sizeBytes: number; readonly sha256: string }
  | Extract<WriteResult, { kind: 'too-large' | 'out-of-space' | 'size-mismatch' | 'digest-mismatch' }>;

export interface ReceiveLimits {
  readonly maxBodyBytes: number;
  readonly reservation: Reservation;
}

/** Writes a body to a file while counting and digesting it. One chunk is in memory at a time. */
export async function receiveBody(write: EntryWrite, file: FileHandle, limits: ReceiveLimits): Promise<ReceiveResult> {
  const digest = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of write.body) {
    sizeBytes += chunk.length;
    if (sizeBytes > limits.maxBodyBytes) return { kind: 'too-large', limitBytes: limits.maxBodyBytes };
    if (!(await limits.reservation.cover(sizeBytes))) return { kind: 'out-of-space' };
    digest.update(chunk);
    await writeOnFullDisk(file, chunk, limits.reservation);
  }
  const sha256 = digest.digest('hex');
  if (write.sizeBytes !== null && write.sizeBytes !== sizeBytes) return { kind: 'size-mismatch', sizeBytes };
  if (write.sha256 !== null && write.sha256 !== sha256) return { kind: 'digest-mismatch', sha256 };
  return { kind: 'received', sizeBytes, sha256 };
}

/** A write that the full disk refuses is tried again as long as something can be evicted. */
export async function writeOnFullDisk(file: FileHandle, bytes: Uint8Array, reservation: Reservation): Promise<void> {
  let rest = bytes;
  for (;;) {
    try {
      return await writeAll(file, rest, (written) => (rest = rest.subarray(written)));
    } catch (error) {
      if (!isOutOfSpace(error) || !(await reservation.makeRoomOnDisk(rest.length))) throw error;
    }
  }
}

/** A single write may take less than it was given. */
async function writeAll(file: FileHandle, bytes: Uint8Array, onWritten: (bytes: number) => void): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written);
    written += bytesWritten;
    onWritten(bytesWritten);
  }
}
