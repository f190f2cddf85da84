import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, parseTaskHash } from '@larder/core';
import { writeFileAtomically, type RunRecord } from '@larder/report';

/** Parts of runs whose end nobody saw. */
const keepMs = 24 * 60 * 60 * 1000;
const partLimitBytes = 256 * 1024 * 1024;
const hashesEnding = '.hashes.json';

/**
 * Leaves what a batch knows of its tasks for the end of Nx's run, which is recorded once: it may have several batches,
 * and tasks beside them. What cannot be written is left out.
 */
export function leaveRunPart(workspaceRootAbsolute: string, runId: string, record: RunRecord): void {
  const file = join(partsFolder(workspaceRootAbsolute), `${keyOf(runId)}.${randomUUID()}.json`);
  writeFileAtomically(file, JSON.stringify(record));
}

/** Tells later batches of the run what the results of this one stand for: a hash, or null for none. */
export function leaveRunHashes(root: string, runId: string, hashes: ReadonlyMap<string, string | null>): void {
  const file = join(partsFolder(root), `${keyOf(runId)}.${randomUUID()}${hashesEnding}`);
  writeFileAtomically(file, JSON.stringify(Object.fromEntries(hashes)));
}

/** What earlier batches of the run have told so. */
export function readRunHashes(workspaceRootAbsolute: string, runId: string): ReadonlyMap<string, string | null> {
  const folder = partsFolder(workspaceRootAbsolute);
  const isOwn = (name: string): boolean => name.startsWith(`${keyOf(runId)}.`) && name.endsWith(hashesEnding);
  const hashes = listFiles(folder)
    .filter(isOwn)
    .flatMap((name) => Object.entries(readObject(join(folder, name))));
  return new Map(hashes.filter((entry): entry is [string, string | null] => isHashOrNull(entry[1])));
}

/** What the batches of this run have left; it is taken away, with what is older than a day. */
export function takeRunParts(workspaceRootAbsolute: string, runId: string, nowEpochMs: number): readonly RunRecord[] {
  const folder = partsFolder(workspaceRootAbsolute);
  const parts: RunRecord[] = [];
  for (const name of listFiles(folder)) {
    const file = join(folder, name);
    const isOwn = name.startsWith(`${keyOf(runId)}.`);
    if (isOwn && name.endsWith('.json') && !name.endsWith(hashesEnding)) parts.push(...readPart(file));
    // Another run that ends now may have taken its own, or the old ones.
    const writtenAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? nowEpochMs;
    if (isOwn || nowEpochMs - writtenAt > keepMs) rmSync(file, { force: true });
  }
  return parts.toSorted((a, b) => a.startedAtEpochMs - b.startedAtEpochMs);
}

function partsFolder(workspaceRootAbsolute: string): string {
  return join(workspaceRootAbsolute, '.larder', 'state', 'nx-runs');
}

/** Ids come from outside, and file names have rules. */
function keyOf(runId: string): string {
  return createHash('sha256').update(runId).digest('hex').slice(0, 32);
}

function listFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function readPart(file: string): readonly RunRecord[] {
  const value = readObject(file) as Partial<RunRecord>;
  return value.v === 1 && Array.isArray(value.tasks) ? [value as RunRecord] : [];
}

function readObject(file: string): Readonly<Record<string, unknown>> {
  if (statSync(file).size > partLimitBytes) return {};
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  return isJsonObject(value) ? value : {};
}

function isHashOrNull(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && parseTaskHash(value) !== null);
}
