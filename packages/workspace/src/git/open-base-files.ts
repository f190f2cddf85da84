import { compareCodeUnits } from '@larder/core';
import type { Change, WorkspaceFiles, WorkspacePath } from '@larder/core';

import { digest } from '../digest.ts';
import { lowerBound } from '../state/file-table.ts';
import { runGit } from './run-git.ts';
import type { GitContext } from './run-git.ts';

/** The files of a workspace as they were at a commit. */
export interface BaseFiles {
  /** Facts are known of files that did not change and of those that were read. */
  readonly files: WorkspaceFiles;
  /** Null where the file was not there, or is none of those that were read. */
  readonly readText: (path: WorkspacePath) => string | null;
}

export interface BaseFilesOptions {
  readonly commit: string;
  /** From the commit to the workspace as it is. */
  readonly changes: readonly Change[];
  /** The files that are read: only those among the changes for which it holds. */
  readonly isRead: (path: WorkspacePath) => boolean;
  readonly head: BaseFiles;
  readonly git: GitContext;
}

/** More changed files than that are no small edit: whoever asks does without. */
const maxRead = 500;
const concurrentReads = 8;

/** Null where git does not give one of the files, or there are too many. */
export async function openBaseFiles(rootAbsolute: string, options: BaseFilesOptions): Promise<BaseFiles | null> {
  const { changes, isRead, head } = options;
  const wanted = changes.filter(({ path, kind }) => kind !== 'added' && isRead(path)).map((change) => change.path);
  if (wanted.length > maxRead) return null;
  const texts = await readTexts(rootAbsolute, wanted, options);
  if (texts === null) return null;
  const added = new Set(changes.filter(({ kind }) => kind === 'added').map((change) => change.path));
  const changed = new Set(changes.map((change) => change.path));
  const deleted = changes.filter(({ kind }) => kind === 'deleted').map((change) => change.path);
  const kept = head.files.paths.filter((path) => !added.has(path));
  const paths = [...new Set([...kept, ...deleted])].sort(compareCodeUnits);
  const known = new Set(paths);
  return {
    readText: (path) => (changed.has(path) ? (texts.get(path) ?? null) : head.readText(path)),
    files: {
      paths,
      has: (path) => known.has(path),
      under: (folder) =>
        folder === '' ? paths : paths.slice(lowerBound(paths, `${folder}/`), lowerBound(paths, `${folder}0`)),
      factsOf: (path) => {
        if (!changed.has(path)) return head.files.factsOf(path);
        const text = texts.get(path);
        return text === undefined ? null : { digest: digest(text), kind: 'file', executable: false };
      },
    },
  };
}

async function readTexts(
  rootAbsolute: string,
  paths: readonly WorkspacePath[],
  { commit, git }: BaseFilesOptions,
): Promise<ReadonlyMap<WorkspacePath, string> | null> {
  const texts = new Map<WorkspacePath, string>();
  const waiting = [...paths];
  const readNext = async (): Promise<void> => {
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      // `./`: the workspace may be a folder of the repository.
      const result = await runGit(rootAbsolute, ['show', `${commit}:./${path}`], git);
      if (result.kind === 'succeeded') texts.set(path, result.stdout);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrentReads, paths.length) }, readNext));
  return texts.size === paths.length ? texts : null;
}
