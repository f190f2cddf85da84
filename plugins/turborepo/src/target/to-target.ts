import type { JsonObject, JsonValue } from '@larder/core';
import { rootPackage, type TurboTask } from '../config/resolve-tasks.ts';
import { passThroughNames } from './pass-through-names.ts';
import { selectEnv } from './select-env.ts';
import { toInputs, type TargetContext } from './to-inputs.ts';
import { toPatterns } from './to-pattern.ts';

/** A task of turbo.json as a target in Nx's grammar. Every key is set, so that no other default shows through. */
export function toTarget(task: TurboTask, context: TargetContext): JsonObject {
  const persistent = task.persistent === true;
  return {
    dependsOn: toDependencies(task),
    inputs: toInputs(task, context),
    outputs: (task.outputs ?? []).flatMap((glob) => toPatterns(glob, context)),
    cache: task.cache !== false && !persistent,
    continuous: persistent,
    interactive: task.interactive === true,
    with: (task.with ?? []).map(toDependency),
    outputLogs: task.outputLogs ?? 'full',
    taskEnv: toTaskEnv(task, context),
    metadata: { tags: task.tags ?? [], interruptible: task.interruptible === true },
  };
}

/**
 * A task that a package has no script for. It runs nothing but waits, so that what waits for it waits for
 * the tasks behind it; its hash carries the package's files on.
 */
export function toTransitTarget(task: TurboTask, context: TargetContext): JsonObject {
  return { ...toTarget(task, context), executor: 'nx:noop', outputs: [], continuous: false, cache: true, with: [] };
}

function toDependencies(task: TurboTask): readonly JsonValue[] {
  return (task.dependsOn ?? []).filter((dependency) => !dependency.startsWith('$')).map(toDependency);
}

/** Objects throughout: names of tasks may hold colons, which mean something else in Nx's strings. */
function toDependency(dependency: string): JsonValue {
  if (dependency.startsWith('^')) return { target: dependency.slice(1), dependencies: true };
  const hash = dependency.indexOf('#');
  if (hash === -1) return { target: dependency };
  return { projects: [dependency.slice(0, hash) || rootPackage], target: dependency.slice(hash + 1) };
}

function toTaskEnv(task: TurboTask, { global, envNames }: TargetContext): JsonObject {
  const shared = selectEnv(global.passThroughEnv, envNames);
  return {
    mode: global.envMode,
    passThrough: [...passThroughNames, ...shared, ...(task.passThroughEnv ?? [])],
    basic: false,
  };
}
