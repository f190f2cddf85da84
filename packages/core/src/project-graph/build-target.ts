import type { TargetLookup } from '../config/parse-depends-on.ts';
import { parseTarget } from '../config/parse-target.ts';
import type { ParsedTarget } from '../config/parse-target.ts';
import { invalidValue, placeAt } from '../config/place.ts';
import type { Parsed } from '../config/place.ts';
import type { Problem } from '../problem.ts';
import type { TargetDefaults } from './find-target-defaults.ts';
import type { MergedProject, TargetLayers } from './merge-contributions.ts';
import { mergeLayers } from './merge-layers.ts';
import type { TargetOrigin } from './merge-layers.ts';
import type { LayeredTarget } from './merge-target.ts';
import type { Target } from './project.ts';

/**
 * Builds a target out of its layers. Null where it neither runs anything nor waits for anything, which
 * Nx treats as not there; one that only waits gets the executor `nx:noop`.
 */
export function buildTarget(
  name: string,
  project: MergedProject,
  context: { readonly defaults: TargetDefaults; readonly lookup: TargetLookup },
): Parsed<Target | null> {
  const layers = project.targets.get(name) ?? { inferred: [], explicit: [], complete: false };
  const [merged, mergeProblems] = mergeLayers(layers, context.defaults, { target: name, project: project.name });
  const placeOf = (key: string) => {
    const origin = merged.origins.get(key) ?? null;
    return origin === null ? null : placeAt(origin, key);
  };
  const [parsed, parseProblems] = parseTarget(merged.raw, placeOf, context.lookup);
  const problems = [...mergeProblems, ...parseProblems, ...checkContinuous(parsed, merged, layers)];
  const executor = parsed.executor ?? (parsed.dependsOn.length > 0 ? 'nx:noop' : null);
  return [executor === null ? null : complete(parsed, { name, executor, layers }), problems];
}

function complete(
  parsed: ParsedTarget,
  { name, executor, layers }: { readonly name: string; readonly executor: string; readonly layers: TargetLayers },
): Target {
  const { place } = layers.explicit.at(-1) ?? layers.inferred.at(-1) ?? {};
  return {
    ...parsed,
    name,
    executor,
    outputs: parsed.outputs ?? guessOutputs(name, parsed),
    /** Found when asked: finding it parses the file once more, which an undisturbed run has no need of. */
    get location() {
      return place === undefined ? null : place.source.locate(place.path);
    },
  };
}

/** What Nx takes for the outputs of a target that declares none. */
function guessOutputs(name: string, { options, configurations }: ParsedTarget): readonly string[] {
  if ([options, ...Object.values(configurations)].some((object) => Boolean(object['outputPath']))) {
    return ['{options.outputPath}'];
  }
  if (name !== 'build' && name !== 'prepare') return [];
  return ['{workspaceRoot}/dist/{projectRoot}', '{projectRoot}/dist', '{projectRoot}/build', '{projectRoot}/public'];
}

function checkContinuous(
  { cache, continuous }: ParsedTarget,
  { origins }: LayeredTarget<TargetOrigin>,
  layers: TargetLayers,
): readonly Problem[] {
  if (!cache || !continuous) return [];
  const origin = origins.get('cache') ?? origins.get('continuous') ?? layers.explicit.at(-1)?.place ?? null;
  if (origin === null) return [];
  return [invalidValue(placeAt(origin, 'cache'), true, 'no "cache" on a continuous target: it never ends')];
}
