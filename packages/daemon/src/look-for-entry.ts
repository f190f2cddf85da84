import { inspectArchive } from './archive/inspect-archive.ts';
import type { DiskEntries } from './entries/disk-entries.ts';
import { carriesSignature, type Entry, type EntryKey } from './entries/entry.ts';
import type { MemoryEntries } from './entries/memory-entries.ts';
import { limitAhead, type AheadBound, type AheadOutcome, type Found } from './lookup.ts';
import type { Tally } from './tally.ts';
import { UpstreamTrouble, type Received, type Upstream } from './upstream/upstream.ts';

/** Where entries are, and come to. */
export interface EntryPlaces {
  readonly memory: MemoryEntries;
  readonly disk: DiskEntries;
  /** Null: nothing is configured. */
  readonly upstream: Upstream | null;
  readonly tally: Tally;
}

/** Disk, then server; what is found is kept in memory. Never rejects: trouble is counted, and a miss. */
export async function lookForEntry(
  places: EntryPlaces,
  key: EntryKey,
  /** Told that the server has it, and that it is about to come. */
  { signal, onFound }: { readonly signal: AbortSignal; readonly onFound: () => void },
): Promise<Found | null> {
  const { disk, memory, upstream } = places;
  try {
    const onDisk = await disk.find(key);
    if (onDisk !== null) return { level: 'disk', entry: await memory.keep(key, onDisk) };
    const received = await askUpstream(upstream, key, signal);
    if (received === null) return null;
    onFound();
    const fetched = await receive(places, key, { received, signal });
    return fetched === null ? null : { level: 'remote', entry: await memory.keep(key, fetched) };
  } catch (error) {
    tellTrouble(places, error);
    return null;
  }
}

/** Brings to the disk what nobody has asked for yet, within a bound. Never rejects. */
export async function lookAheadForEntry(
  places: EntryPlaces,
  key: EntryKey,
  { bound, signal }: { readonly bound: AheadBound; readonly signal: AbortSignal },
): Promise<AheadOutcome> {
  const { disk, upstream, tally } = places;
  try {
    const onDisk = await disk.find(key);
    if (onDisk !== null) return { kind: 'known', found: { level: 'disk', entry: onDisk } };
    const received = await askUpstream(upstream, key, signal);
    if (received === null) return { kind: 'absent', found: null };
    const entry = await receive(places, key, { received: { ...received, body: limitAhead(received, bound) }, signal });
    if (entry === null) return { kind: 'failed', found: null };
    tally.fetchAhead();
    return { kind: 'found', found: { level: 'remote', entry } };
  } catch (error) {
    // Nobody has missed anything yet.
    if (!signal.aborted) tellTrouble(places, error);
    return { kind: 'failed', found: null };
  }
}

async function askUpstream(upstream: Upstream | null, key: EntryKey, signal: AbortSignal): Promise<Received | null> {
  const received = (await upstream?.read(key, signal)) ?? null;
  if (received === null || key.isSigned !== true || carriesSignature(received.attributes)) return received;
  // Who asks refuses it, and would find it in the place of what it stores then. One piece is taken, so that the rest is let go.
  const pieces = received.body[Symbol.asyncIterator]();
  await pieces.next();
  await pieces.return?.();
  return null;
}

/** Null where what came is refused. */
async function receive(
  { disk, tally }: EntryPlaces,
  key: EntryKey,
  { received, signal }: { readonly received: Received; readonly signal: AbortSignal },
): Promise<Entry | null> {
  const staged = await disk.stage(key, received.body, received.attributes);
  tally.transfer('download', staged.sizeBytes);
  try {
    const problem = await inspectArchive(key.protocol, staged, signal);
    if (problem === null) return await staged.publish();
    tally.trouble('archive', new Error(`an archive of the server was refused: ${problem}`));
  } catch (error) {
    await staged.discard();
    throw error;
  }
  await staged.discard();
  return null;
}

function tellTrouble({ tally }: EntryPlaces, error: unknown): void {
  tally.trouble(error instanceof UpstreamTrouble ? 'download' : 'disk', error);
}
