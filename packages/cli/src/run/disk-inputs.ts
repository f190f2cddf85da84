import { digestFileset, type Digest, type Fileset, type WorkspaceFiles } from '@larder/core';
import { createDiskFiles, digest } from '@larder/workspace';

/** Inputs with `includeIgnored`: nobody tracks such files, so that every use of them means looking again. */
export class DiskInputs {
  readonly files: Pick<WorkspaceFiles, 'has' | 'under' | 'factsOf'>;
  readonly #seen = new Map<Fileset, Digest>();
  readonly #paths = new Set<string>();

  constructor(rootAbsolute: string) {
    this.files = createDiskFiles(rootAbsolute, (path) => this.#paths.add(path));
  }

  /** Every file and folder that was looked at, there or not. */
  get paths(): ReadonlySet<string> {
    return this.#paths;
  }

  /** The sets that were looked at. */
  get filesets(): readonly Fileset[] {
    return [...this.#seen.keys()];
  }

  /** Those of the sets that are not what they were when they were last looked at. */
  findMoved(filesets: readonly Fileset[]): readonly Fileset[] {
    return filesets.filter((fileset) => {
      if (fileset.source !== 'disk') return false;
      const before = this.#seen.get(fileset);
      const now = digestFileset(fileset, this.files, digest);
      this.#seen.set(fileset, now);
      return before !== undefined && before !== now;
    });
  }
}
