import { chmodSync, lstatSync, renameSync, symlinkSync, type Stats } from 'node:fs';
import { ancestorsOf } from '../artifact/check-outputs.ts';
import type { ManifestOutput } from '../artifact/manifest.ts';
import { toFileStat, type FoundOutput } from '../outputs/found-output.ts';
import type { OutputsSurvey } from '../outputs/survey-outputs.ts';
import type { CollectedOutputs } from './collected-outputs.ts';
import { planFolders, type FileOrLink, type PlannedFolder } from './plan-folders.ts';
import type { Staging } from './staging.ts';

const usualMode = 0o777;

/**
 * The outputs of a verified artifact, complete and on the workspace's file system, but not in their places. A folder
 * that is not there yet is put together whole and gets its place by one rename; what belongs into folders that are
 * there gets its place one by one.
 */
export class OutputStage implements Disposable {
  /** Whole folders in staging, by the path where they belong. Whoever moves one takes it out. */
  readonly folders = new Map<string, string>();
  /** Files and links in staging that are in none of `folders`, by path. Whoever moves one takes it out. */
  readonly files = new Map<string, string>();
  /** What `folders` hold, and these themselves, as it was when it was complete. */
  readonly found = new Map<string, FoundOutput>();
  readonly #staging: Staging;
  readonly #collected: CollectedOutputs;
  #failure: { readonly error: unknown } | null = null;

  constructor(staging: Staging, collected: CollectedOutputs) {
    this.#staging = staging;
    this.#collected = collected;
  }

  /** Rejects with errors of the file system: then nothing was touched outside of staging. */
  async fill(wanted: readonly ManifestOutput[], survey: OutputsSurvey): Promise<void> {
    const { folders, loose } = planFolders(wanted, survey);
    this.#staging.prepare();
    for (const folder of folders) await this.#addFolder(folder);
    for (const output of loose) {
      const absolute = this.#staging.nextPath();
      this.files.set(output.path, absolute);
      await this.#make(absolute, output);
    }
  }

  /** Where something is that belongs into one of `folders`. */
  stagedPathOf(path: string): string {
    const folder = ancestorsOf(path).find((ancestor) => this.folders.has(ancestor));
    if (folder === undefined) throw new Error(`"${path}" was not staged in a folder`);
    return `${this.folders.get(folder)}${path.slice(folder.length)}`;
  }

  /** Removes what nobody has moved. */
  [Symbol.dispose](): void {
    for (const absolute of [...this.folders.values(), ...this.files.values()]) this.#staging.discard(absolute);
  }

  async #addFolder(folder: PlannedFolder): Promise<void> {
    const absolute = this.#staging.nextPath();
    this.folders.set(folder.path, absolute);
    await this.#staging.maker.makeOuterFolder(absolute, writable(folder.mode));
    await this.#fillFolder(folder, absolute);
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Folders beside each other are filled at the same time. Never rejects: there may be others that still write. */
  async #fillFolder(folder: PlannedFolder, absolute: string): Promise<void> {
    const inner: Promise<void>[] = [];
    try {
      for (const child of folder.folders) {
        if (this.#failure !== null) break;
        const childAbsolute = `${absolute}/${nameOf(child.path)}`;
        await this.#staging.maker.makeFolder(childAbsolute, writable(child.mode));
        inner.push(this.#fillFolder(child, childAbsolute));
      }
      for (const output of folder.files) {
        if (this.#failure !== null) break;
        const stats = await this.#make(`${absolute}/${nameOf(output.path)}`, output);
        this.found.set(output.path, describe(output, stats));
      }
      await Promise.all(inner);
      if (this.#failure === null) this.#finishFolder(folder, absolute);
    } catch (error) {
      this.#failure ??= { error };
      await Promise.all(inner);
    }
  }

  #finishFolder({ path, mode }: PlannedFolder, absolute: string): void {
    if (mode === null) return;
    let stats = lstatSync(absolute);
    if ((stats.mode & 0o777) !== writable(mode)) {
      chmodSync(absolute, writable(mode));
      stats = lstatSync(absolute);
    }
    this.found.set(path, { kind: 'directory', path, stat: toFileStat(stats) });
  }

  async #make(absolute: string, output: FileOrLink): Promise<Stats> {
    if (output.kind === 'symlink') {
      symlinkSync(output.target, absolute);
      return lstatSync(absolute);
    }
    const { kept, staged } = this.#collected;
    const bytes = kept.get(output.path);
    if (bytes !== undefined) return await this.#staging.maker.makeFile(absolute, bytes, output.mode);
    const file = staged.get(output.path);
    if (file === undefined) throw new Error(`the artifact was read without "${output.path}"`);
    renameSync(file, absolute);
    staged.delete(output.path);
    return lstatSync(absolute);
  }
}

/** Whatever its mode will be, it is to be filled, moved and, where something goes wrong, removed. */
function writable(mode: number | null): number {
  return (mode ?? usualMode) | 0o700;
}

function describe(output: FileOrLink, stats: Stats): FoundOutput {
  const { kind, path } = output;
  const stat = toFileStat(stats);
  return kind === 'symlink' ? { kind, path, stat, target: output.target } : { kind, path, stat };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
