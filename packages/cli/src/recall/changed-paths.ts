import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { asWorkspacePath, type OutputPlaces, type WorkspacePath } from '@larder/core';
import { isWatchedPath, ProofKind, rulesFiles, type BrokenRow, type PathList } from '@larder/workspace';
import { loadsDotenv } from '../run/dotenv-values.ts';
import { matchAny } from '../session/match-any.ts';
import type { Session } from '../session/open-session.ts';
import type { RecalledRun } from './run-memo.ts';

export interface ResolverOptions {
  readonly outputs: OutputPlaces;
  readonly memo: Pick<RecalledRun, 'cacheDirectoryAbsolute'>;
  /** All paths that were looked at when the memo was written. */
  readonly known: PathList;
}

/** The paths that changed; null where one of them may concern more than the tasks that it is an input or an output of. */
export type ResolvePaths = (rows: readonly BrokenRow[]) => readonly WorkspacePath[] | null;

/** Broken rows, each of which may be a folder. */
const fewFolders = 16;

// inode(7)
const fileTypeMask = 0o170000;
const folderType = 0o040000;

/** Makes paths of changes out of rows that are broken, and knows which of them it may speak of. */
export function createPathResolver(session: Session, { outputs, memo, known }: ResolverOptions): ResolvePaths {
  const { rootAbsolute, graphFiles, workspace } = session;
  const isFarReaching = matchAny([...rulesFiles.map((name) => `**/${name}`), ...graphFiles]);
  const folders = new Set(workspace.folders);
  const isOutput = (path: string): boolean => outputs.around(path).length > 0;
  const cacheFolder = `${relative(rootAbsolute, memo.cacheDirectoryAbsolute)}/`;

  /** Whether what stands there, or stood there, is a file or folder that was listed, or an output. */
  const isUnderstood = ({ path, kind, mode }: BrokenRow): boolean => {
    // In Larder's cache, or outside: who looked there is not known.
    if (isAbsolute(path) || !isWatchedPath(path) || path.startsWith(cacheFolder)) return false;
    if (isDotenv(path)) return false;
    const isListed = workspace.files.has(asWorkspacePath(path));
    const isThere = existsSync(join(rootAbsolute, path));
    // Not if a task made it, below the root, where git ignores it.
    if (isFarReaching(path)) return isOutput(path) && path.includes('/') && !isListed && isThere;
    if (isOutput(path)) return true;
    // Below what took the place of a folder, rows may hold for files that are listed no more.
    if ((mode & fileTypeMask) === folderType) return folders.has(asWorkspacePath(path));
    return (kind === ProofKind.same || kind === ProofKind.doubtful) && (isListed || !isThere);
  };

  /** Names that came into a folder. Those that left it have rows of their own. */
  const listAdded = (folder: WorkspacePath, knownHere: ReadonlySet<string>): readonly WorkspacePath[] | null => {
    const isNew = (path: string): boolean => !knownHere.has(path);
    const added = workspace.files.under(folder).filter(isNew);
    const rules = rulesFiles.map((name) => (folder === '' ? name : `${folder}/${name}`)).filter(isNew);
    // A file of rules may be ignored itself, and not be listed.
    if (rules.some((path) => existsSync(join(rootAbsolute, path))) || added.some(isFarReaching)) return null;
    return hasNewDotenv(folder, isNew) ? null : added;
  };

  /** Mostly ignored, and not listed. */
  const hasNewDotenv = (folder: WorkspacePath, isNew: (path: string) => boolean): boolean =>
    loadsDotenv(session) &&
    readdirSync(join(rootAbsolute, folder)).some(
      (name) => isDotenv(name) && isNew(folder === '' ? name : `${folder}/${name}`),
    );

  return (rows) => {
    const paths = new Set<WorkspacePath>();
    // Many times a part is more than everything once.
    const all = rows.length > fewFolders ? known.below('') : null;
    for (const row of rows) {
      if (!isUnderstood(row)) return null;
      const path = asWorkspacePath(row.path);
      const added = folders.has(path) ? listAdded(path, all ?? known.below(path)) : [path];
      if (added === null) return null;
      for (const one of added) paths.add(one);
      // Of what is below a folder that is in doubt nothing is known, whatever its own rows say.
      if (isOutput(path) || row.kind === ProofKind.doubtful) paths.add(path);
    }
    return [...paths];
  };
}

/** Nobody says which tasks see what stands there. */
function isDotenv(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.startsWith('.') && name.includes('env');
}
