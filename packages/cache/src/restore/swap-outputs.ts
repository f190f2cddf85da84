import { chmodSync, lstatSync, mkdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { foldersAbove } from '../artifact/check-outputs.ts';
import type { ManifestOutput } from '../artifact/manifest.ts';
import { findOutput } from '../outputs/found-output.ts';
import { OutputTrouble } from '../outputs/output-trouble.ts';
import type { OutputsSurvey } from '../outputs/survey-outputs.ts';
import { isOtherFileSystem, moveFile } from './move-file.ts';
import type { OutputStage } from './output-stage.ts';

export interface Swap {
  readonly rootAbsolute: string;
  /** All outputs of the artifact, in the order of its manifest. */
  readonly wanted: readonly ManifestOutput[];
  readonly survey: OutputsSurvey;
  /** What `found` says there stays true of everything that was moved with its folder. */
  readonly stage: OutputStage;
}

const breathEvery = 256;

/**
 * Makes the declared outputs exactly the artifact's: stale ones go, staged ones are renamed into place, right ones stay as
 * they are. A folder that was not there appears whole; every file is the old or the new one at any moment, never half of
 * one. Throws `OutputTrouble` before anything is touched; other errors leave some outputs old and some new.
 */
export async function swapOutputs(swap: Swap): Promise<void> {
  refuseLinkedParents(swap);
  makeDirectoriesWritable(swap);
  removeStale(swap);
  createDirectories(swap);
  moveFolders(swap);
  const moved = await moveFiles(swap);
  setModes(swap, moved);
}
/** Folders above the outputs are not Larder's: where one of them is a link, what lies behind it is not either. */
function refuseLinkedParents({ rootAbsolute, wanted, survey }: Swap): void {
  if (survey.selection.linkedParent !== null) throw linkedParent(survey.selection.linkedParent);
  const own = new Set(wanted.map(({ path }) => path));
  for (const parent of foldersAbove(own)) {
    if (own.has(parent)) continue;
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

function createDirectories({ rootAbsolute, wanted, stage }: Swap): void {
  const created = new Set<string>();
  for (const { kind, path } of wanted)
    if (kind === 'directory' && !stage.found.has(path)) makeDirectory(join(rootAbsolute, path), created);
  for (const path of stage.files.keys()) makeDirectory(join(rootAbsolute, path, '..'), created);
}

function makeDirectory(absolute: string, created: Set<string>): void {
  if (created.has(absolute)) return;
  mkdirSync(absolute, { recursive: true });
  created.add(absolute);
}

function moveFolders({ rootAbsolute, wanted, stage }: Swap): void {
  for (const [path, staged] of stage.folders) {
    if (moveFolder(staged, join(rootAbsolute, path))) {
      stage.folders.delete(path);
      const found = findOutput(rootAbsolute, path);
      if (found !== null) stage.found.set(path, found);
    } else {
      takeApart({ rootAbsolute, wanted, stage }, path);
    }
  }
}

/** False where somebody has made that folder meanwhile, and something in it, or no folder can be renamed to there. */
function moveFolder(staged: string, absolute: string): boolean {
  try {
    renameOrMakeParent(staged, absolute);
    return true;
  } catch (error) {
    if (isOtherFileSystem(error) || isFolderInTheWay(error as NodeJS.ErrnoException)) return false;
    throw error;
  }
}

function renameOrMakeParent(staged: string, absolute: string): void {
  try {
    renameSync(staged, absolute);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(absolute), { recursive: true });
    renameSync(staged, absolute);
  }
}

/** Windows says of a folder that is there what it says of one that may not be made: making it will tell. */
function isFolderInTheWay({ code }: NodeJS.ErrnoException): boolean {
  if (code === 'ENOTEMPTY' || code === 'EEXIST') return true;
  return process.platform === 'win32' && (code === 'EPERM' || code === 'EACCES');
}

/** What is in a staged folder gets its place one by one. */
function takeApart(
  { rootAbsolute, wanted, stage }: Pick<Swap, 'rootAbsolute' | 'wanted' | 'stage'>,
  folder: string,
): void {
  const created = new Set<string>();
  for (const { kind, path } of wanted) {
    if (path !== folder && !path.startsWith(`${folder}/`)) continue;
    stage.found.delete(path);
    makeDirectory(join(rootAbsolute, path, kind === 'directory' ? '.' : '..'), created);
    if (kind !== 'directory') stage.files.set(path, stage.stagedPathOf(path));
  }
}

/** The paths of what was moved. */
async function moveFiles({ rootAbsolute, stage }: Swap): Promise<ReadonlySet<string>> {
  const moved = new Set<string>();
  for (const [path, staged] of stage.files) {
    moveFile(staged, join(rootAbsolute, path));
    stage.files.delete(path);
    moved.add(path);
    if (moved.size % breathEvery === 0) await setImmediate();
  }
  return moved;
}

/** Staged outputs have their modes already. Directories last, deepest first: one of them may be read-only. */
function setModes({ rootAbsolute, wanted, stage }: Swap, moved: ReadonlySet<string>): void {
  for (const output of wanted.toReversed()) {
    if (output.kind === 'symlink' || moved.has(output.path)) continue;
    const staged = stage.found.get(output.path);
    const mode = staged?.stat.mode ?? lstatSync(join(rootAbsolute, output.path)).mode & 0o777;
    if (mode === output.mode) continue;
    chmodSync(join(rootAbsolute, output.path), output.mode);
    const found = staged === undefined ? null : findOutput(rootAbsolute, output.path);
    if (found !== null) stage.found.set(output.path, found);
  }
}
