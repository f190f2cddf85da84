import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createRandom, editAtRandom } from '../testing/edit-at-random.ts';
import { makeRepository } from '../testing/make-repository.ts';
import { findDifferences, scanTree } from '../testing/scan-tree.ts';
import type { FolderWatcher } from './folder-watcher.ts';
import { watchFolder } from './watch-folder.ts';

// Edits at random, and compares what was reported with what differs. Longer: LARDER_TEST_ROUNDS=100000.
const rounds = Number(process.env['LARDER_TEST_ROUNDS'] ?? 1_000);
const seed = Number(process.env['LARDER_TEST_SEED'] ?? 1);
const barrierMs = 20_000;

interface Watched {
  readonly root: string;
  readonly watcher: FolderWatcher;
  readonly takeTouched: () => ReadonlySet<string>;
}

async function watchRepository(): Promise<Watched> {
  const { root, commit } = makeRepository({
    'a/x.ts': '1',
    'a/src/b/y.ts': '2',
    'lib/c/a/x.ts': '3',
    '.gitignore': '',
  });
  commit({ 'a/x.ts': '11', 'lib/c/b/src/a/x.ts': '5', 'src/lib': '6' });
  commit({ 'b/a/x.ts': '7', 'lib/c/b/src/a/x.ts': '8' });
  let touched = new Set<string>();
  const watcher = await watchFolder(root, {
    onBatch: (batch) => {
      if (batch.kind === 'lost') throw new Error(`lost: ${batch.why} ${batch.detail}`);
      for (const path of batch.paths) touched.add(path);
    },
  });
  if (watcher.kind === 'lost') throw new Error(watcher.detail);
  onTestFinished(() => watcher.close());
  const takeTouched = (): ReadonlySet<string> => {
    const taken = touched;
    touched = new Set();
    return taken;
  };
  return { root, watcher, takeTouched };
}

/** A path that is or was a folder stands for everything below it, and the empty path for the whole workspace. */
function isCovered(path: string, touched: ReadonlySet<string>): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (touched.has(path.slice(0, end))) return true;
  }
  return touched.has('');
}

interface Miss {
  readonly seed: number;
  readonly round: number;
  readonly paths: readonly string[];
}

/** The first round in which something changed and was not reported; null where there was none. */
async function findMiss(edit: (root: string, round: number) => void | Promise<void>): Promise<Miss | null> {
  const { root, watcher, takeTouched } = await watchRepository();
  let before = scanTree(root);
  for (let round = 0; round < rounds; round += 1) {
    await edit(root, round);
    if (!(await watcher.barrier(barrierMs))) throw new Error(`no barrier in round ${round}`);
    const after = scanTree(root);
    const touched = takeTouched();
    const paths = findDifferences(before, after).filter((path) => !isCovered(path, touched));
    if (paths.length > 0) return { seed, round, paths };
    before = after;
  }
  return null;
}

test.runIf(process.platform === 'linux')(
  'whatever differs after edits that nobody could read meanwhile was reported',
  async () => {
    const edit = (root: string, round: number): void =>
      editAtRandom(root, createRandom(seed * 1_000_003 + round), 1 + (round % 40));
    expect(await findMiss(edit)).toBeNull();
  },
  3_600_000,
);

test.runIf(process.platform === 'linux')(
  'whatever differs after edits by another process, while events are read, was reported',
  async () => {
    const editor: ChildProcess = fork(join(import.meta.dirname, '../testing/edit-at-random.ts'), { execArgv: [] });
    onTestFinished(() => void editor.kill());
    const edit = async (root: string, round: number): Promise<void> => {
      editor.send({ root, seed: seed * 2_000_003 + round, count: 1 + (round % 30) });
      await once(editor, 'message');
    };
    expect(await findMiss(edit)).toBeNull();
  },
  3_600_000,
);
