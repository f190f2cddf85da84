import type { ManifestOutput } from '../artifact/manifest.ts';
import type { OutputsSurvey } from '../outputs/survey-outputs.ts';

export type FileOrLink = Exclude<ManifestOutput, { kind: 'directory' }>;

/** A folder to be put together whole, with everything below it. */
export interface PlannedFolder {
  readonly path: string;
  /** Null where the artifact has outputs below it but does not name it itself. */
  readonly mode: number | null;
  readonly folders: PlannedFolder[];
  readonly files: FileOrLink[];
}

export interface PlannedOutputs {
  /** Folders that are not there yet, in no other such folder. */
  readonly folders: readonly PlannedFolder[];
  /** What goes into folders that are there. */
  readonly loose: readonly FileOrLink[];
}

/** How outputs that are missing or wrong get to their places. `wanted` has parents first, as a manifest does. */
export function planFolders(
  wanted: readonly ManifestOutput[],
  { found, right }: Pick<OutputsSurvey, 'found' | 'right'>,
): PlannedOutputs {
  const planned = new Map<string, PlannedFolder>();
  const folders: PlannedFolder[] = [];
  const loose: FileOrLink[] = [];
  for (const output of wanted) {
    const { path } = output;
    if (output.kind !== 'directory') {
      if (!right.has(path)) (findFolder(planned, parentOf(path))?.files ?? loose).push(output);
    } else if (!found.has(path)) {
      const folder = { path, mode: output.mode, folders: [], files: [] };
      planned.set(path, folder);
      (findFolder(planned, parentOf(path))?.folders ?? folders).push(folder);
    }
  }
  return { folders, loose };
}

/** The planned folder of a path, planned now where one above it is. */
function findFolder(planned: Map<string, PlannedFolder>, path: string): PlannedFolder | null {
  const known = planned.get(path);
  if (known !== undefined || path === '' || planned.size === 0) return known ?? null;
  const above = findFolder(planned, parentOf(path));
  if (above === null) return null;
  const folder = { path, mode: null, folders: [], files: [] };
  planned.set(path, folder);
  above.folders.push(folder);
  return folder;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
