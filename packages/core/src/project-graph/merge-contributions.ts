import { placeAt } from '../config/place.ts';
import type { Place, PlaceSource } from '../config/place.ts';
import { compareCodeUnits } from '../ids.ts';
import type { WorkspacePath } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { ManifestDependency, ProjectContribution } from '../plugin.ts';
import { compileGlob, isGlob } from './match-projects.ts';

/** All that the contributions say of one folder; later ones lie over earlier ones. */
export interface MergedProject {
  readonly root: WorkspacePath;
  /** What a contribution calls it, else the package name, else the folder's name. */
  readonly name: string;
  readonly packageName: string | null;
  readonly tags: readonly string[];
  readonly implicitDependencies: readonly Sourced<string>[];
  readonly manifestDependencies: readonly ManifestDependency[];
  readonly namedInputs: readonly Sourced<JsonObject>[];
  readonly targets: ReadonlyMap<string, TargetLayers>;
  readonly metadata: JsonObject;
}

export interface Sourced<Value> {
  readonly value: Value;
  readonly place: Place;
}

/** What one contribution says of a target. */
export interface TargetLayer {
  readonly value: unknown;
  readonly source: PlaceSource;
  /** The key under `targets`: the target's name, or a glob. */
  readonly key: string;
}

/** The raw configurations of one target, lowest first. `targetDefaults` belong between the two lists. */
export interface TargetLayers {
  readonly inferred: readonly TargetLayer[];
  readonly explicit: readonly TargetLayer[];
  /** A plugin has merged the defaults in. */
  readonly complete: boolean;
}

/** Sorted by root. A folder of which every contribution `refinesOnly` is no project. */
export function mergeContributions(contributions: readonly ProjectContribution[]): readonly MergedProject[] {
  const byRoot = Map.groupBy(contributions, ({ root }) => root);
  return [...byRoot]
    .filter(([, ofRoot]) => ofRoot.some(({ refinesOnly }) => refinesOnly !== true))
    .map(([root, ofRoot]) => mergeProject(root, ofRoot))
    .sort((a, b) => compareCodeUnits(a.root, b.root));
}

function mergeProject(root: WorkspacePath, contributions: readonly ProjectContribution[]): MergedProject {
  const packageName = contributions.findLast((contribution) => contribution.packageName !== null)?.packageName ?? null;
  const name = contributions.findLast((contribution) => contribution.name !== null)?.name ?? null;
  return {
    root,
    name: name ?? packageName ?? nameFolder(root),
    packageName,
    tags: [...new Set(contributions.flatMap(({ tags }) => tags))],
    implicitDependencies: contributions.flatMap((contribution) =>
      contribution.implicitDependencies.map((value, index) => ({
        value,
        place: placeAt(placeOf(contribution), 'implicitDependencies', index),
      })),
    ),
    manifestDependencies: contributions.flatMap(({ manifestDependencies }) => manifestDependencies),
    namedInputs: contributions
      .filter(({ namedInputs }) => Object.keys(namedInputs).length > 0)
      .map((contribution) => ({
        value: contribution.namedInputs,
        place: placeAt(placeOf(contribution), 'namedInputs'),
      })),
    targets: collectTargets(contributions),
    metadata: Object.assign({}, ...contributions.map(({ metadata }) => metadata)) as JsonObject,
  };
}

/** As Nx names a project.json without a name. */
function nameFolder(root: WorkspacePath): string {
  return root.slice(root.lastIndexOf('/') + 1).toLowerCase() || 'root';
}

function sourceOf({ locate, root }: ProjectContribution): PlaceSource {
  return { file: () => locate([])?.file ?? root, locate, locateKey: locate };
}

function placeOf(contribution: ProjectContribution): Place {
  return { source: sourceOf(contribution), path: [] };
}

export function placeTarget({ source, key }: Omit<TargetLayer, 'value'>): Place {
  return { source, path: ['targets', key] };
}

interface OpenLayers {
  readonly inferred: TargetLayer[];
  readonly explicit: TargetLayer[];
  complete: boolean;
}

function collectTargets(contributions: readonly ProjectContribution[]): ReadonlyMap<string, TargetLayers> {
  const targets = new Map<string, OpenLayers>();
  for (const contribution of contributions) {
    const below = targets.size === 0 ? none : [...targets.keys()];
    const source = sourceOf(contribution);
    for (const [key, value] of Object.entries(contribution.targets)) {
      for (const name of namesOf(key, below)) {
        const layers = targets.get(name) ?? { inferred: [], explicit: [], complete: false };
        const list = contribution.layer === 'inferred' ? layers.inferred : layers.explicit;
        list.push({ value, source, key });
        layers.complete ||= contribution.layer === 'complete';
        targets.set(name, layers);
      }
    }
  }
  return targets;
}

const none: readonly string[] = [];

/** A key that is a glob speaks of the targets below that it matches; where there are none it is a name. */
function namesOf(key: string, below: readonly string[]): readonly string[] {
  if (below.length === 0) return [key];
  const names = isGlob(key) && !below.includes(key) ? below.filter(compileGlob(key)) : none;
  return names.length > 0 ? names : [key];
}
