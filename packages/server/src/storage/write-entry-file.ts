import { link, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DiskSpace } from './disk-space.ts';
import { encodeFooter, footerLimitBytes } from './entry-footer.ts';
import type { EntryIndex } from './entry-index.ts';
import { isOutOfSpace, systemErrorCode } from './file-errors.ts';
import { flushFolder } from './flush-folder.ts';
import { createPartialFile, removePartialFile, type PartialFile } from './partial-files.ts';
import { receiveBody, writeOnFullDisk } from './receive-body.ts';
import { Reservation } from './reservation.ts';
import { classOf } from './scope-class.ts';
import { BodyBrokenOff, type EntryFacts, type EntryWrite, type WriteResult } from './storage.ts';

/** Bytes are reserved in such steps where the sender does not announce how many come. */
const unannouncedStepBytes = 1024 * 1024;

export interface WriteTarget {
  readonly directory: string;
  readonly entriesAbsolute: string;
  /** Below the entries folder. */
  readonly path: string;
  readonly maxBodyBytes: number;
  readonly space: DiskSpace;
  readonly index: EntryIndex;
  /** Whether a name that was given survives a power failure, for one more flush per entry. */
  readonly flushFolders: boolean;
  readonly epochMs: () => number;
}

/** A whole body on the disk, digested and flushed, which has no name yet. */
export interface ReceivedEntry {
  readonly facts: EntryFacts;
  /** The body, and after its `facts.sizeBytes` the footer. */
  readonly absolutePath: string;
}

export type Publish = 'keep-first' | 'replace' | 'nothing';

/**
 * Receives a body into a file of its own. When all of it has arrived, is what was announced, and is on the disk,
 * `decide` says what becomes of it: it gets its name, never in place of another file unless it is to replace one.
 * Whatever goes wrong leaves neither a partial file nor a reservation behind.
 */
export async function writeEntryFile(
  write: EntryWrite,
  target: WriteTarget,
  decide: (received: ReceivedEntry) => Promise<{ readonly publish: Publish; readonly result: WriteResult }>,
): Promise<WriteResult> {
  if (write.sizeBytes !== null && write.sizeBytes > target.maxBodyBytes) {
    return { kind: 'too-large', limitBytes: target.maxBodyBytes };
  }
  const stepBytes = write.sizeBytes === null ? unannouncedStepBytes : 0;
  const reservation = new Reservation({ space: target.space, scopeClass: classOf(write.key.scope), stepBytes });
  try {
    const announced = write.sizeBytes === null ? 0 : write.sizeBytes + footerLimitBytes;
    if (!(await reservation.cover(announced))) return { kind: 'out-of-space' };
    await using partial = disposable(await createPartialFile(target.directory));
    const received = await receiveEntry(write, target, { partial, reservation });
    if (received.kind !== 'stored') return received;
    const { publish, result } = await decide({ facts: received.facts, absolutePath: partial.absolutePath });
    return publish === 'nothing'
      ? result
      : await publishAs(publish, { partial, target, facts: received.facts }, result);
  } catch (error) {
    if (error instanceof BodyBrokenOff) return { kind: 'broken-off' };
    if (isOutOfSpace(error)) return { kind: 'out-of-space' };
    throw error;
  } finally {
    reservation.release();
  }
}

interface Receiving {
  readonly partial: PartialFile;
  readonly reservation: Reservation;
}

async function receiveEntry(write: EntryWrite, target: WriteTarget, receiving: Receiving): Promise<WriteResult> {
  const { partial, reservation } = receiving;
  const received = await receiveBody(write, partial.handle, { maxBodyBytes: target.maxBodyBytes, reservation });
  if (received.kind !== 'received') return received;
  const { key, storedBy, attributes } = write;
  const { sizeBytes, sha256 } = received;
  const facts: EntryFacts = { key, sizeBytes, sha256, storedAtEpochMs: target.epochMs(), storedBy, attributes };
  const footer = encodeFooter(facts);
  if (!(await reservation.cover(sizeBytes + footer.length))) return { kind: 'out-of-space' };
  await writeOnFullDisk(partial.handle, footer, reservation);
  await partial.handle.datasync();
  return { kind: 'stored', facts };
}

interface Publishing {
  readonly partial: PartialFile;
  readonly target: WriteTarget;
  readonly facts: EntryFacts;
}

/** The bytes are flushed by now, so that a crash leaves a whole entry or none. */
async function publishAs(
  how: Exclude<Publish, 'nothing'>,
  { partial, target, facts }: Publishing,
  result: WriteResult,
): Promise<WriteResult> {
  const absolutePath = join(target.entriesAbsolute, target.path);
  const name = (): Promise<boolean> =>
    how === 'replace' ? renameOver(partial.absolutePath, absolutePath) : linkNew(partial.absolutePath, absolutePath);
  const { size } = await partial.handle.stat();
  if (!(await inFolder(dirname(absolutePath), name))) return { kind: 'exists' };
  if (target.flushFolders) await flushFolder(dirname(absolutePath));
  if (how === 'replace') target.index.remove([target.path]);
  const used = { path: target.path, sizeBytes: size, usedAtEpochMs: facts.storedAtEpochMs };
  target.index.add([{ ...used, scopeClass: classOf(facts.key.scope) }]);
  return result;
}

async function inFolder(folderAbsolute: string, work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    await mkdir(folderAbsolute, { recursive: true, mode: 0o700 });
    return await work();
  }
}

/** False where the name is taken: a link never replaces, also not against other processes. */
async function linkNew(existing: string, absolutePath: string): Promise<boolean> {
  try {
    await link(existing, absolutePath);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function renameOver(existing: string, absolutePath: string): Promise<boolean> {
  await rename(existing, absolutePath);
  return true;
}

function disposable(partial: PartialFile): PartialFile & AsyncDisposable {
  return { ...partial, [Symbol.asyncDispose]: () => removePartialFile(partial) };
}
