import { invalidValue, placeAt } from '../config/place.ts';
import type { Parsed } from '../config/place.ts';
import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';
import type { DefaultsQuery, TargetDefaults } from './find-target-defaults.ts';
import { expandCommand, isCompatible, mergeTarget } from './merge-target.ts';
import { restoreAdopted } from './restore-adopted.ts';
import type { LayeredTarget } from './merge-target.ts';
import { placeTarget } from './merge-contributions.ts';
import type { TargetLayer, TargetLayers } from './merge-contributions.ts';

/** Where a layer of a target stands; null for `targetDefaults`. */
export type TargetOrigin = Omit<TargetLayer, 'value'> | null;

/**
 * Merges the layers of one target: inferred, then `targetDefaults`, then explicit. Defaults fill in around
 * what the target runs; they never make it run something else than the layers above them say.
 */
export function mergeLayers(
  layers: TargetLayers,
  defaults: TargetDefaults,
  query: Omit<DefaultsQuery, 'executor'>,
): Parsed<LayeredTarget<TargetOrigin>> {
  const [inferred, inferredProblems] = readLayers(layers.inferred);
  const [explicit, explicitProblems] = readLayers(layers.explicit);
  let merged = stack(null, inferred);
  if (!layers.complete) {
    const identity = findIdentity(merged, stack(null, explicit));
    for (const entry of defaults.find({ ...query, executor: identity.executor })) {
      const fitting = fitDefaults(entry, identity);
      if (fitting !== null) merged = mergeTarget(merged, fitting, null);
    }
  }
  const problems = inferredProblems.length === 0 ? explicitProblems : [...inferredProblems, ...explicitProblems];
  return [stack(merged, explicit) ?? { raw: {}, layers: [] }, problems];
}

type Layered = LayeredTarget<TargetOrigin> | null;

function stack(base: Layered, layers: readonly ReadLayer[]): Layered {
  return layers.reduce<Layered>((merged, { value, source, key }) => mergeTarget(merged, value, { source, key }), base);
}

interface ReadLayer extends TargetLayer {
  readonly value: JsonObject;
}

function readLayers(layers: readonly TargetLayer[]): Parsed<readonly ReadLayer[]> {
  const problems: Problem[] = [];
  const read: ReadLayer[] = [];
  for (const layer of layers) {
    const { value } = layer;
    if (!isJsonObject(value)) {
      problems.push(invalidValue(placeTarget(layer), value, 'an object'));
      continue;
    }
    if (value['command'] !== undefined && value['executor'] !== undefined) {
      const place = placeAt(placeTarget(layer), 'command');
      problems.push(invalidValue(place, value['command'], 'either "command" or "executor"'));
    }
    read.push({ ...layer, value: expandCommand(restoreAdopted(value)) });
  }
  return [read, problems];
}

/** What the target will run when everything is merged. */
interface Identity {
  readonly executor: string | null;
  /** For `nx:run-commands`, which runs what its options say. */
  readonly commands: JsonObject;
  /** The explicit layer runs something else than the inferred one, so that nothing of the latter is left. */
  readonly replaces: boolean;
}

function findIdentity(inferred: Layered, explicit: Layered): Identity {
  const lower = inferred?.raw ?? {};
  const upper = explicit?.raw ?? {};
  const replaces = inferred !== null && explicit !== null && !isCompatible(lower, upper);
  const winners = replaces ? [upper] : [upper, lower];
  const executor = winners.find((target) => target['executor'] !== undefined)?.['executor'];
  const commands =
    executor === 'nx:run-commands'
      ? winners.map(pickCommands).find((options) => Object.keys(options).length > 0)
      : null;
  return { executor: typeof executor === 'string' ? executor : null, commands: commands ?? {}, replaces };
}

function pickCommands(target: JsonObject): JsonObject {
  const options = target['options'];
  if (!isJsonObject(options)) return {};
  const { command, commands } = options;
  return { ...(command === undefined ? {} : { command }), ...(commands === undefined ? {} : { commands }) };
}

/**
 * Makes an entry of `targetDefaults` mergeable with what the target runs; null where it is meant for
 * another executor. An entry that names a command keeps it, unless the explicit layer starts afresh.
 */
function fitDefaults(entry: JsonObject, identity: Identity): JsonObject | null {
  const runsNothing = entry['executor'] === undefined && entry['command'] === undefined;
  if (runsNothing && entry['options'] === undefined && !identity.replaces) return entry;
  const expanded = expandCommand(entry);
  if (!isCompatible({ executor: identity.executor }, expanded)) return null;
  const hasCommands = Object.keys(identity.commands).length > 0;
  const namesCommand = Object.keys(pickCommands(expanded)).length > 0;
  if (hasCommands && namesCommand && !identity.replaces) {
    const { executor: _, ...rest } = expanded;
    return entry['executor'] === undefined ? rest : expanded;
  }
  const options = isJsonObject(expanded['options']) ? expanded['options'] : {};
  const { command: _command, commands: _commands, ...others } = options;
  return {
    ...expanded,
    ...(identity.executor === null ? {} : { executor: identity.executor }),
    ...(hasCommands ? { options: { ...others, ...identity.commands } } : {}),
  };
}
