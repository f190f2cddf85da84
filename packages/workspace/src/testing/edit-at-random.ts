import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  copyFileSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Numbers from 0 up to, but not including, `below`; the same for the same seed. */
export type Random = (below: number) => number;

/** The generator mulberry32, by Tommy Ettinger. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Few names, so that what is made meets what was there before. */
const names = ['a', 'b', 'c', 'src', 'lib', 'x.ts', 'y.ts', 'ä ö', 'node_modules', '.hidden'];
const maxDepth = 5;

interface Editor {
  readonly root: string;
  readonly random: Random;
}

type Edit = (editor: Editor) => void;

function pickName({ random }: Editor): string {
  return names[random(names.length)] ?? 'a';
}

/** A folder that is there, found by walking down. */
function pickFolder({ root, random }: Editor): string {
  let folder = root;
  for (let depth = random(maxDepth); depth > 0; depth -= 1) {
    const below = readdirSync(folder, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== '.git' && entry.name !== '.larder',
    );
    const next = below[random(below.length + 1)];
    if (next === undefined) break;
    folder = join(folder, next.name);
  }
  return folder;
}

/** A path that may be there or not. */
function pickPath(editor: Editor): string {
  return join(pickFolder(editor), pickName(editor));
}

/** A path that is there, where the folder that was picked has any. */
function pickEntry(editor: Editor): string {
  const folder = pickFolder(editor);
  const entries = readdirSync(folder).filter((name) => name !== '.git' && name !== '.larder');
  return join(folder, entries[editor.random(Math.max(1, entries.length))] ?? 'none');
}

const edits: readonly Edit[] = [
  (editor) => writeFileSync(pickPath(editor), `${editor.random(1e9)}`),
  (editor) => writeFileSync(pickEntry(editor), `${editor.random(1e9)}`),
  (editor) => appendFileSync(pickEntry(editor), 'more'),
  (editor) => writeFileSync(pickPath(editor), ''),
  (editor) => rmSync(pickEntry(editor), { recursive: true, force: true }),
  (editor) => rmSync(pickEntry(editor)),
  (editor) => renameSync(pickEntry(editor), pickPath(editor)),
  (editor) => renameSync(pickEntry(editor), pickEntry(editor)),
  (editor) => mkdirSync(pickPath(editor)),
  (editor) => {
    const folder = join(pickPath(editor), pickName(editor), pickName(editor));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, pickName(editor)), `${editor.random(1e9)}`);
  },
  (editor) => chmodSync(pickEntry(editor), editor.random(2) === 0 ? 0o755 : 0o744),
  (editor) => utimesSync(pickEntry(editor), editor.random(1e6), editor.random(1e6)),
  (editor) => symlinkSync(editor.random(2) === 0 ? 'a' : '../src', pickPath(editor)),
  replaceAtOnce,
  makeFolderAnew,
  copyWithTime,
  moveAwayAndBack,
  writeAfterRename,
  checkOut,
];

/** As editors save: another file takes the place, and may leave it again. */
function replaceAtOnce(editor: Editor): void {
  const target = pickEntry(editor);
  const partial = `${target}.partial`;
  writeFileSync(partial, `${editor.random(1e9)}`);
  renameSync(partial, target);
  if (editor.random(3) === 0) rmSync(target);
}

/** Often with the inode that it had. */
function makeFolderAnew(editor: Editor): void {
  const folder = pickFolder(editor);
  if (folder === editor.root) return;
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  if (editor.random(2) === 0) mkdirSync(join(folder, pickName(editor)));
}

function copyWithTime(editor: Editor): void {
  const source = pickEntry(editor);
  const target = pickPath(editor);
  copyFileSync(source, target);
  const { atime, mtime } = statSync(source);
  utimesSync(target, atime, mtime);
}

function moveAwayAndBack(editor: Editor): void {
  const folder = pickFolder(editor);
  if (folder === editor.root) return;
  const away = `${editor.root}.away`;
  renameSync(folder, away);
  writeFileSync(join(away, pickName(editor)), `${editor.random(1e9)}`);
  renameSync(away, folder);
}

function writeAfterRename(editor: Editor): void {
  const path = pickEntry(editor);
  if (!lstatSync(path).isFile()) return;
  const file = openSync(path, 'r+');
  try {
    const target = pickPath(editor);
    renameSync(path, target);
    writeSync(file, 'through the descriptor');
    if (editor.random(2) === 0) ftruncateSync(file, 3);
  } finally {
    closeSync(file);
  }
}

function checkOut({ root, random }: Editor): void {
  if (random(8) > 0) return;
  const commits = execFileSync('git', ['-C', root, 'rev-list', '--all'], { encoding: 'utf8' }).trim().split('\n');
  execFileSync('git', ['-C', root, 'checkout', '-q', '-f', commits[random(commits.length)] ?? 'HEAD']);
}

/** Does so many things; what the state of the tree does not allow is left out. */
export function editAtRandom(root: string, random: Random, count: number): void {
  for (let done = 0; done < count; done += 1) {
    try {
      edits[random(edits.length)]?.({ root, random });
    } catch (error) {
      // Not a folder, not empty, gone: whatever the system says, half of it may have been done.
      if ((error as NodeJS.ErrnoException).syscall === undefined && !('status' in (error as object))) throw error;
    }
  }
}

interface EditRequest {
  readonly root: string;
  readonly seed: number;
  readonly count: number;
}

// Started as a process of its own, beside whoever watches.
if (process.argv[1] === import.meta.filename && process.send !== undefined) {
  process.on('message', ({ root, seed, count }: EditRequest) => {
    editAtRandom(root, createRandom(seed), count);
    process.send?.('done');
  });
}
