import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defaultServerOptions } from '../server-options.ts';
import type { ServerFact } from '../server-event.ts';
import type { DiskStorage } from '../storage/disk-storage.ts';
import { openDisk } from '../storage/open-storage.ts';
import type { S3Level } from '../storage/s3/s3-level.ts';
import { scopeClasses } from '../storage/scope-class.ts';
import type { EntryFacts } from '../storage/storage.ts';
import { defaultStorageOptions } from '../storage/storage-options.ts';
import { readS3Options, type StorageArguments } from './storage-flags.ts';
import { CommandFailed, UsageError, type Terminal } from './terminal.ts';

/** A folder, or a bucket. */
export interface LookAfterArguments extends Pick<StorageArguments, BucketFlag> {
  readonly storage?: string;
}

type BucketFlag = Extract<keyof StorageArguments, `s3${string}`>;

export interface StatsArguments extends LookAfterArguments {
  readonly json?: true;
}

export interface CollectArguments extends LookAfterArguments {
  readonly maxSize?: number;
  readonly maxAge?: number;
  readonly pullRequestShare?: number;
}

const unlimited = { maxSize: Number.MAX_SAFE_INTEGER, pullRequestShare: 0.5 };

/** Rehashes everything; a server may run meanwhile. Fails, with the paths, where something is damaged. */
export async function verifyCommand(given: LookAfterArguments, terminal: Terminal): Promise<void> {
  await using storage = disposable((await openBucket(given)) ?? (await open({ ...given, ...unlimited }, terminal)));
  let entries = 0;
  let damaged = 0;
  for await (const { path, facts } of storage.verify()) {
    entries += 1;
    if (facts !== null) continue;
    damaged += 1;
    terminal.writeOut(`damaged, removed: ${path}\n`);
  }
  terminal.writeOut(`${entries} entries, ${damaged} damaged\n`);
  if (damaged > 0) throw new CommandFailed();
}

interface Share {
  entries: number;
  sizeBytes: number;
  newestStoredAtEpochMs: number;
}

/** What each scope holds, largest first. */
export async function statsCommand(given: StatsArguments, terminal: Terminal): Promise<void> {
  await using storage = disposable((await openBucket(given)) ?? (await open({ ...given, ...unlimited }, terminal)));
  const shares = new Map<string, Share>();
  for await (const facts of storage.list()) count(shares, facts);
  const rows = [...shares].toSorted(([, a], [, b]) => b.sizeBytes - a.sizeBytes);
  if (given.json === true) {
    const scopes = rows.map(([name, share]) => {
      const [scope, namespace] = name.split(' ');
      return { scope, namespace, ...share };
    });
    terminal.writeOut(`${JSON.stringify({ scopes })}\n`);
    return;
  }
  for (const [name, { entries, sizeBytes, newestStoredAtEpochMs }] of rows) {
    const newest = new Date(newestStoredAtEpochMs).toISOString();
    terminal.writeOut(`${name}  ${entries} entries  ${megabytes(sizeBytes)}  newest ${newest}\n`);
  }
  const total = rows.reduce((sum, [, share]) => sum + share.sizeBytes, 0);
  terminal.writeOut(`${rows.reduce((sum, [, share]) => sum + share.entries, 0)} entries, ${megabytes(total)}\n`);
}

/** Removes what is beyond the limits or too old, and what dead uploads left; a server may run meanwhile. */
export async function collectCommand(given: CollectArguments, terminal: Terminal): Promise<void> {
  const bucket = await openBucket(given);
  if (bucket !== null) return await collectInBucket(bucket, given, terminal);
  let evicted = 0;
  const onFact = (fact: ServerFact): void => {
    if (fact.type === 'entries-evicted') evicted += fact.count;
  };
  await using storage = disposable(await open(given, terminal, onFact));
  await storage.collectGarbage();
  const totals = scopeClasses.map((scopeClass) => storage.totals(scopeClass));
  const entries = totals.reduce((sum, total) => sum + total.entries, 0);
  const sizeBytes = totals.reduce((sum, total) => sum + total.sizeBytes, 0);
  terminal.writeOut(`removed ${evicted} entries; ${entries} are left, ${megabytes(sizeBytes)}\n`);
}

/** A bucket does not know when an object was used: by age, and by nothing else. */
async function collectInBucket(opened: S3Level, { maxAge }: CollectArguments, terminal: Terminal): Promise<void> {
  await using bucket = disposable(opened);
  if (maxAge === undefined) throw new UsageError('A bucket needs --max-age: its objects are removed by age alone.');
  const oldest = terminal.epochMs() - maxAge;
  let [removed, entries, sizeBytes] = [0, 0, 0];
  for await (const facts of bucket.list()) {
    if (facts.storedAtEpochMs < oldest && (await bucket.delete(facts.key))) removed += 1;
    else {
      entries += 1;
      sizeBytes += facts.sizeBytes;
    }
  }
  terminal.writeOut(`removed ${removed} entries; ${entries} are left, ${megabytes(sizeBytes)}\n`);
}

/** Null where a folder is meant. */
async function openBucket(given: LookAfterArguments): Promise<S3Level | null> {
  const s3 = readS3Options(given);
  if (s3 === null) return null;
  if (given.storage !== undefined) throw new UsageError('Give either --storage or --s3-bucket.');
  const { S3Level: Level } = await import('../storage/s3/s3-level.ts');
  return await Level.open(s3);
}

/** Resolves when the index agrees with the files. */
async function open(
  given: CollectArguments,
  terminal: Terminal,
  onFact: (fact: ServerFact) => void = () => {},
): Promise<DiskStorage> {
  if (given.storage === undefined) throw new UsageError('--storage <directory> or --s3-bucket <name> is missing.');
  const directory = resolve(terminal.currentDirectory, given.storage);
  const isFolder = await stat(directory).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new UsageError(`There is no storage at ${directory}.`);
  const storage = await openDisk({
    ...defaultStorageOptions,
    directory,
    maxBytes: given.maxSize ?? defaultServerOptions.maxSizeBytes,
    maxAgeMs: given.maxAge ?? null,
    derivedShare: given.pullRequestShare ?? defaultStorageOptions.derivedShare,
    maxBodyBytes: defaultServerOptions.maxArtifactBytes,
    staleAfterMs: 10 * defaultServerOptions.timeouts.idleMs,
    epochMs: terminal.epochMs,
    record: onFact,
  });
  await storage.scanned;
  return storage;
}

function count(shares: Map<string, Share>, { key, sizeBytes, storedAtEpochMs }: EntryFacts): void {
  const name = `${key.scope} ${key.namespace}`;
  const share = shares.get(name) ?? { entries: 0, sizeBytes: 0, newestStoredAtEpochMs: 0 };
  share.entries += 1;
  share.sizeBytes += sizeBytes;
  share.newestStoredAtEpochMs = Math.max(share.newestStoredAtEpochMs, storedAtEpochMs);
  shares.set(name, share);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function disposable<Opened extends { close(): void | Promise<void> }>(storage: Opened): Opened & AsyncDisposable {
  return Object.assign(storage, { [Symbol.asyncDispose]: async () => storage.close() });
}
