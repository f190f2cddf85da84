import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntryIndex, IndexedFile } from './entry-index.ts';
import { readFactsOf } from './entry-file.ts';
import { ignoringCode } from './file-errors.ts';
import { classOf, type ScopeClass } from './scope-class.ts';

/** Files are looked at this many at a time. */
const filesAtOnce = 16;

export interface ReconcileOptions {
  readonly entriesAbsolute: string;
  readonly isStopped: () => boolean;
}

/**
 * Brings the index into line with the files, folder by folder, while the server serves: a crash may have left files
 * that the index does not know, and someone may have removed files. Costs a listing where nothing has changed.
 */
export async function reconcileIndex(index: EntryIndex, options: ReconcileOptions): Promise<void> {
  const folders = new Set(index.listFolders());
  for await (const folder of listShards(options.entriesAbsolute)) folders.add(folder);
  const classes: ClassByScopeFolder = new Map();
  for (const folder of folders) {
    if (options.isStopped()) return;
    await reconcileFolder(index, folder, { ...options, classes });
    // Small folders are read without any wait: requests get their turn all the same.
    await nextTurn();
  }
}

/** A folder holds one scope, so one footer tells the class of all its files. */
type ClassByScopeFolder = Map<string, ScopeClass>;

interface FolderOptions extends ReconcileOptions {
  readonly classes: ClassByScopeFolder;
}

async function reconcileFolder(index: EntryIndex, folder: string, options: FolderOptions): Promise<void> {
  // The index is asked first: an entry that is written in between is a file that it does not know, which is harmless.
  const known = new Set(index.listFolder(folder));
  const names = (await ignoringCode('ENOENT', readdir(join(options.entriesAbsolute, folder)))) ?? [];
  const present = new Set(names.map((name) => `${folder}/${name}`));
  index.remove([...known].filter((path) => !present.has(path)));
  const unknown = [...present].filter((path) => !known.has(path));
  for (let start = 0; start < unknown.length; start += filesAtOnce) {
    if (options.isStopped()) return;
    const batch = unknown.slice(start, start + filesAtOnce);
    const files = await Promise.all(batch.map((path) => describeFile(path, options)));
    index.add(files.filter((file) => file !== null));
  }
}

/** The time of modification is the time of the last use: entries are never modified. */
async function describeFile(path: string, options: FolderOptions): Promise<IndexedFile | null> {
  const absolutePath = join(options.entriesAbsolute, path);
  const stats = await ignoringCode('ENOENT', stat(absolutePath));
  if (stats === null || !stats.isFile()) return null;
  const scopeFolder = dirname(dirname(path));
  const scopeClass = options.classes.get(scopeFolder) ?? (await readClass(absolutePath));
  if (scopeClass !== null) options.classes.set(scopeFolder, scopeClass);
  // Damage counts as what goes first; it is dropped when someone reads it.
  if (scopeClass === null) return { path, scopeClass: 'derived', sizeBytes: stats.size, usedAtEpochMs: 0 };
  return { path, scopeClass, sizeBytes: stats.size, usedAtEpochMs: stats.mtimeMs };
}

async function readClass(absolutePath: string): Promise<ScopeClass | null> {
  const facts = await readFactsOf(absolutePath);
  return facts === null ? null : classOf(facts.key.scope);
}

/** `<namespace>/<scope>/<2 digits>` of what is on disk. */
async function* listShards(entriesAbsolute: string): AsyncGenerator<string> {
  for (const namespace of await listFolders(entriesAbsolute)) {
    for (const scope of await listFolders(join(entriesAbsolute, namespace))) {
      for (const shard of await listFolders(join(entriesAbsolute, namespace, scope))) {
        yield `${namespace}/${scope}/${shard}`;
      }
    }
  }
}

async function listFolders(absolutePath: string): Promise<readonly string[]> {
  const children = (await ignoringCode('ENOENT', readdir(absolutePath, { withFileTypes: true }))) ?? [];
  return children.filter((child) => child.isDirectory()).map((child) => child.name);
}
