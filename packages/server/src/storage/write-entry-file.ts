import { link, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeFooter, footerLimitBytes } from './entry-footer.ts';
import { ignoringCode, isOutOfSpace, systemErrorCode } from './file-errors.ts';
import { createPartialFile, removePartialFile, type PartialFile } from './partial-files.ts';
import { receiveBody, writeAll } from './receive-body.ts';
import { Reservation } from './reservation.ts';
import type { Space } from './space.ts';
import { BodyBrokenOff, type EntryFacts, type EntryWrite, type WriteResult } from './storage.ts';

/** Bytes are reserved in such steps where the sender does not announce how many come. */
const unannouncedStepBytes = 1024 * 1024;

export interface WriteTarget {
  readonly directory: string;
  readonly entriesAbsolute: string;
  /** Below the entries folder. */
  readonly path: string;
  readonly maxBodyBytes: number;
  readonly space: Space;
  readonly evict: (paths: readonly string[]) => Promise<void>;
  readonly epochMs: () => number;
}

/**
 * Receives a body into a file of its own and publishes it when all of it has arrived, is what was announced, and
 * is on the disk. Whatever goes wrong leaves neither a partial file nor a reservation behind.
 */
export async function writeEntryFile(write: EntryWrite, target: WriteTarget): Promise<WriteResult> {
  if (write.sizeBytes !== null && write.sizeBytes > target.maxBodyBytes) {
    return { kind: 'too-large', limitBytes: target.maxBodyBytes };
  }
  if (await exists(join(target.entriesAbsolute, target.path))) return { kind: 'exists' };
  const stepBytes = write.sizeBytes === null ? unannouncedStepBytes : 0;
  const reservation = new Reservation({ space: target.space, stepBytes, evict: target.evict });
  try {
    return await writeReserved(write, target, reservation);
  } catch (error) {
    if (error instanceof BodyBrokenOff) return { kind: 'broken-off' };
    if (isOutOfSpace(error)) return { kind: 'out-of-space' };
    throw error;
  } finally {
    reservation.release();
  }
}

async function writeReserved(write: EntryWrite, target: WriteTarget, reservation: Reservation): Promise<WriteResult> {
  const announced = write.sizeBytes === null ? 0 : write.sizeBytes + footerLimitBytes;
  if (!(await reservation.cover(announced))) return { kind: 'out-of-space' };
  const partial = await createPartialFile(target.directory);
  try {
    const received = await receiveBody(write, partial.handle, { maxBodyBytes: target.maxBodyBytes, reservation });
    if (received.kind !== 'received') return received;
    const { key, storedBy, attributes } = write;
    const { sizeBytes, sha256 } = received;
    const facts: EntryFacts = { key, sizeBytes, sha256, storedAtEpochMs: target.epochMs(), storedBy, attributes };
    const footer = encodeFooter(facts);
    if (!(await reservation.cover(sizeBytes + footer.length))) return { kind: 'out-of-space' };
    await writeAll(partial.handle, footer);
    if (!(await publish(partial, join(target.entriesAbsolute, target.path)))) return { kind: 'exists' };
    target.space.add(target.path, sizeBytes + footer.length, facts.storedAtEpochMs);
    return { kind: 'stored', facts };
  } finally {
    await removePartialFile(partial);
  }
}

/**
 * Gives the file its name, and false where the name is taken: a link never replaces, also not against other
 * processes. The bytes are flushed first, so that a crash leaves a whole entry or none. The folder is not
 * flushed: a crash may forget the newest names, which is a miss.
 */
async function publish(partial: PartialFile, absolutePath: string): Promise<boolean> {
  await partial.handle.datasync();
  try {
    return await linkNew(partial.absolutePath, absolutePath);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    await mkdir(dirname(absolutePath), { recursive: true, mode: 0o700 });
    return await linkNew(partial.absolutePath, absolutePath);
  }
}

async function linkNew(existing: string, absolutePath: string): Promise<boolean> {
  try {
    await link(existing, absolutePath);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function exists(absolutePath: string): Promise<boolean> {
  return (await ignoringCode('ENOENT', stat(absolutePath))) !== null;
}
