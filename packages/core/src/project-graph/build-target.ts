import { parseTarget } from '../config/parse-target.ts';
import type { ParsedTarget, TargetContext } from '../config/parse-target.ts';
import { invalidValue, nowhere, placeAt } from '../config/place.ts';
import type { Parsed, Place } from '../config/place.ts';
import type { Problem } from '../problem.ts';
import type { TargetDefaults } from './find-target-defaults.ts';
import { placeTarget } from './merge-contributions.ts';
import type { MergedProject, TargetLayer, TargetLayers } from './merge-contributions.ts';
import { mergeLayers } from './merge-layers.ts';
import type { TargetOrigin } from './merge-layers.ts';
import { findOrigin } from './merge-target.ts';
import type { LayeredTarget } from './merge-target.ts';
import type { Target } from './project.ts';

/**
 * Builds a target out of its layers. Null where it neither runs anything nor waits for anything, which
 * Nx treats as not there; one that only waits gets the executor `nx:noop`.
 */
export function buildTarget(
  name: string,
  project: MergedProject,
  context: TargetContext & { readonly defaults: TargetDefaults },
): Parsed<Target | null> {
  const layers = project.targets.get(name) ?? { inferred: [], explicit: [], complete: false };
  const [merged, mergeProblems] = mergeLayers(layers, context.defaults, { target: name, project: project.name });
  // Larder's own key: a plugin says that its tool has no such task, whatever the layers below say.
  if (merged.raw['disabled'] === true) return [null, mergeProblems];
  const [parsed, parseProblems] = parseTarget(merged.raw, (key) => placeKey(merged, key), context);
  const problems = [...mergeProblems, ...parseProblems, ...checkContinuous(parsed, merged, layers)];
  const executor = parsed.executor ?? (parsed.dependsOn.length > 0 ? 'nx:noop' : null);
  return [executor === null ? null : complete(parsed, { name, executor, layers }), problems];
}

function complete(
  parsed: ParsedTarget,
  { name, executor, layers }: { readonly name: string; readonly executor: string; readonly layers: TargetLayers },
): Target {
  const layer = topLayer(layers);
  return {
    ...parsed,
    name,
    executor,
    outputs: parsed.outputs ?? guessOutputs(name, parsed),
    ...(parsed.outputs === null ? { outputsGuessed: true } : {}),
    /** Found when asked: finding it parses the file once more, which an undisturbed run has no need of. */
    get location() {
      return layer === undefined ? null : layer.source.locate(placeTarget(layer).path);
    },
  };
}

/** What Nx takes for the outputs of a target that declares none. */
function guessOutputs(name: string, { options, configurations }: ParsedTarget): readonly string[] {
  const folders = name === 'build' || name === 'prepare' ? usualFolders : [];
  if (options['outputPath']) return ['{options.outputPath}'];
  if (!Object.values(configurations).some((configuration) => configuration['outputPath'])) return folders;
  return folders.length === 0
    ? ['{options.outputPath}']
    : folders.map((folder) => `{options.outputPath ?? ${folder.replace('{workspaceRoot}/', '')}}`);
}

const usualFolders = [
  '{workspaceRoot}/dist/{projectRoot}',
  '{projectRoot}/dist',
  '{projectRoot}/build',
  '{projectRoot}/public',
];

function checkContinuous(
  { cache, continuous }: ParsedTarget,
  merged: LayeredTarget<TargetOrigin>,
  layers: TargetLayers,
): readonly Problem[] {
  if (!cache || !continuous) return [];
  const layer = topLayer(layers);
  const place =
    placeKey(merged, 'cache') ??
    placeKey(merged, 'continuous') ??
    (layer === undefined ? nowhere : placeAt(placeTarget(layer), 'cache'));
  return [invalidValue(place, true, 'not both "cache" and "continuous": a continuous target never ends')];
}

function topLayer({ inferred, explicit }: TargetLayers): TargetLayer | undefined {
  return explicit.at(-1) ?? inferred.at(-1);
}

/** Null where the key comes from `targetDefaults`, whose problems are known. */
function placeKey(merged: LayeredTarget<TargetOrigin>, key: string): Place | null {
  const origin = findOrigin(merged, key) ?? null;
  return origin === null ? null : placeAt(placeTarget(origin), key);
}
