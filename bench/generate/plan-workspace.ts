import { createSeededRandom, type SeededRandom } from './seeded-random.ts';

export interface WorkspaceSize {
  readonly projects: number;
  /** Source files of each project. */
  readonly files: number;
}

export interface PlannedProject {
  readonly name: string;
  /** Workspace-relative. */
  readonly folder: string;
  readonly layer: number;
  /** Names of projects in lower layers. */
  readonly dependencies: readonly string[];
  /** Relative to the project's folder. */
  readonly sources: readonly PlannedFile[];
}

export interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

export interface WorkspacePlan {
  readonly size: WorkspaceSize;
  /** Dependencies come before their dependents. */
  readonly projects: readonly PlannedProject[];
}

const layerCount = 5;
const filesPerFolder = 5;
const mostDependencies = 3;

/**
 * A workspace of layers: every project needs one to three of the layer below, and all of them the one
 * project at the bottom. The same size gives the same bytes, always.
 */
export function planWorkspace(size: WorkspaceSize): WorkspacePlan {
  const random = createSeededRandom(size.projects * 1009 + size.files);
  const layers: PlannedProject[][] = [];
  const projects: PlannedProject[] = [];
  for (let index = 0; index < size.projects; index += 1) {
    const layer = layerOf(index, size.projects);
    const below = layers[layer - 1] ?? [];
    const name = `lib-${String(index).padStart(5, '0')}`;
    const project = {
      name,
      folder: `packages/${name}`,
      layer,
      dependencies: chooseDependencies(below, random),
      sources: writeSources(size.files, random),
    };
    (layers[layer] ??= []).push(project);
    projects.push(project);
  }
  return { size, projects };
}

/** One project at the bottom, the others evenly above it. */
function layerOf(index: number, projects: number): number {
  return index === 0 ? 0 : 1 + Math.floor(((index - 1) * (layerCount - 1)) / (projects - 1));
}

function chooseDependencies(below: readonly PlannedProject[], random: SeededRandom): readonly string[] {
  const count = Math.min(below.length, 1 + random.below(mostDependencies));
  const chosen = new Set<string>();
  while (chosen.size < count) chosen.add(below[random.below(below.length)]!.name);
  return [...chosen].sort();
}

function writeSources(count: number, random: SeededRandom): readonly PlannedFile[] {
  return Array.from({ length: count }, (_, index) => {
    const part = Math.floor(index / filesPerFolder);
    return { path: `src/part-${part}/file-${index}.txt`, text: writeText(random) };
  });
}

const phrases = ['larch and maple', 'elder by the lane', 'rowan', 'hazel in the hedge', 'aspen', 'cedar of the hill'];

/** 100 to 1,300 bytes; the number in the first line makes it unlike all others. */
function writeText(random: SeededRandom): string {
  const lines = Array.from({ length: 5 + random.below(50) }, () => phrases[random.below(phrases.length)]);
  return `${random.below(2 ** 31)} ${lines.join('\n')}\n`;
}
