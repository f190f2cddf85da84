import { chmodSync, lstatSync, mkdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ancestorsOf } from '../artifact/check-outputs.ts';
import type { ManifestOutput } from '../artifact/manifest.ts';
import { OutputTrouble } from '../outputs/output-trouble.ts';
import type { OutputsSurvey } from '../outputs/survey-outputs.ts';

export interface Swap {
  readonly rootAbsolute: string;
  /** All outputs of the artifact, in the order of its manifest. */
  readonly wanted: readonly ManifestOutput[];
  readonly survey: OutputsSurvey;
  /** Verified files and links on the same file system, by path. */
  readonly staged: ReadonlyMap<string, string>;
}

const breathEvery = 256;

/**
 * Makes the declared outputs exactly the artifact's: stale ones go, staged ones are renamed into place,
 * right ones stay as they are. Every file is the old or the new one at any moment, never half of one.
 * Throws `OutputTrouble` before anything is touched; other errors leave some outputs old and some new.
 */
export async function swapOutputs(swap: Swap): Promise<void> {
  refuseLinkedParents(swap);
  makeDirectoriesWritable(swap);
  removeStale(swap);
  createDirectories(swap);
  await moveIntoPlace(swap);
  setModes(swap);
}

/** Folders above the outputs are not Larder's: where one of them is a link, what lies behind it is not either. */
function refuseLinkedParents({ rootAbsolute, wanted, survey }: Swap): void {
  if (survey.selection.linkedParent !== null) throw linkedParent(survey.selection.linkedParent);
  const own = new Set(wanted.map(({ path }) => path));
  const parents = new Set(wanted.flatMap(({ path }) => ancestorsOf(path)).filter((parent) => !own.has(parent)));
  for (const parent of parents) {
    const stats = lstatSync(join(rootAbsolute, parent), { throwIfNoEntry: false });
    if (stats?.isSymbolicLink() === true) throw linkedParent(parent);
    if (stats?.isDirectory() === false) throw new OutputTrouble(`"${parent}" is a file where a folder is needed`);
  }
}

function linkedParent(path: string): OutputTrouble {
  return new OutputTrouble(`"${path}" is a symbolic link, which is not followed`);
}

function makeDirectoriesWritable({ rootAbsolute, survey }: Swap): void {
  for (const { path, kind } of survey.selection.outputs) {
    if (kind !== 'directory') continue;
    const { mode } = lstatSync(join(rootAbsolute, path));
    if ((mode & 0o700) !== 0o700) chmodSync(join(rootAbsolute, path), (mode & 0o777) | 0o700);
  }
}

/** Deepest first. A directory that holds something undeclared stays. */
function removeStale({ rootAbsolute, wanted, survey }: Swap): void {
  const kinds = new Map(wanted.map(({ path, kind }) => [path, kind]));
  for (const { path, kind } of survey.selection.outputs.toReversed()) {
    const wantedKind = kinds.get(path);
    if (kind !== 'directory') {
      // A file or a link that becomes the other is replaced by the rename.
      if (wantedKind === undefined || wantedKind === 'directory' || kind === 'other')
        unlinkSync(join(rootAbsolute, path));
    } else if (wantedKind !== 'directory') {
      removeDirectory(join(rootAbsolute, path), wantedKind !== undefined);
    }
  }
}

function removeDirectory(absolute: string, mustGo: boolean): void {
  try {
    rmdirSync(absolute);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (mustGo || (code !== 'ENOTEMPTY' && code !== 'EEXIST')) throw error;
  }
}

function createDirectories({ rootAbsolute, wanted, staged }: Swap): void {
  const created = new Set<string>();
  for (const output of wanted) {
    if (output.kind === 'directory') makeDirectory(join(rootAbsolute, output.path), created);
    else if (staged.has(output.path)) makeDirectory(join(rootAbsolute, output.path, '..'), created);
  }
}

function makeDirectory(absolute: string, created: Set<string>): void {
  if (created.has(absolute)) return;
  mkdirSync(absolute, { recursive: true });
  created.add(absolute);
}

async function moveIntoPlace({ rootAbsolute, staged }: Swap): Promise<void> {
  let moved = 0;
  for (const [path, file] of staged) {
    renameSync(file, join(rootAbsolute, path));
    moved += 1;
    if (moved % breathEvery === 0) await setImmediate();
  }
}

/** Staged files have their modes already. Directories last, deepest first: one of them may be read-only. */
function setModes({ rootAbsolute, wanted, staged }: Swap): void {
  for (const output of wanted.toReversed()) {
    if (output.kind === 'symlink' || staged.has(output.path)) continue;
    const absolute = join(rootAbsolute, output.path);
    if ((lstatSync(absolute).mode & 0o777) !== output.mode) chmodSync(absolute, output.mode);
  }
}
