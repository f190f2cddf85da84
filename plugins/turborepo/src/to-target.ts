import type { JsonObject, JsonValue } from '@larder/core';
import type { TurboConfig, TurboTask } from './turbo-config.ts';

export interface TargetContext {
  readonly config: TurboConfig;
  /** Names of the variables that are set, which wildcards in `env` stand for. */
  readonly envNames: readonly string[];
}

/** A task of `turbo.json` as a target in Nx's grammar. Every key is set, so that no other default shows through. */
export function toTarget(task: TurboTask, context: TargetContext): JsonObject {
  return {
    dependsOn: task.dependsOn.filter((dependency) => !dependency.startsWith('$')).map(toDependency),
    inputs: toInputs(task, context),
    outputs: task.outputs.map((pattern) => toFileset(pattern)),
    cache: task.cache && !task.persistent,
    continuous: task.persistent,
  };
}

/** `pkg#task` is one task, `^task` is that of the dependencies, `task` is on the same package. */
function toDependency(dependency: string): JsonValue {
  const hash = dependency.indexOf('#');
  if (hash === -1) return dependency;
  return { projects: [dependency.slice(0, hash)], target: dependency.slice(hash + 1) };
}

/**
 * A task's own files, those that `globalDependencies` name, the declared variables, and, beyond what
 * turbo hashes, the files of the packages that this one depends on: without them a change in a
 * dependency that is built nowhere would be a stale hit.
 */
function toInputs(task: TurboTask, { config, envNames }: TargetContext): readonly JsonValue[] {
  const own = task.inputs ?? ['$TURBO_DEFAULT$'];
  const onlyNegative = own.every((pattern) => pattern.startsWith('!'));
  const files = (onlyNegative ? ['$TURBO_DEFAULT$', ...own] : own).map((pattern) => toFileset(pattern));
  const shared = config.globalDependencies.map((pattern) => rootFileset(pattern));
  const env = selectEnv([...config.globalEnv, ...task.env], envNames).map((name) => ({ env: name }));
  return [...files, '^{projectRoot}/**/*', ...shared, ...env];
}

function toFileset(pattern: string): string {
  if (pattern.startsWith('!')) return `!${toFileset(pattern.slice(1))}`;
  if (pattern === '$TURBO_DEFAULT$') return '{projectRoot}/**/*';
  if (pattern.startsWith('$TURBO_ROOT$/')) return `{workspaceRoot}/${pattern.slice('$TURBO_ROOT$/'.length)}`;
  return `{projectRoot}/${pattern.replace(/^\.\//, '')}`;
}

function rootFileset(pattern: string): string {
  return pattern.startsWith('!') ? `!{workspaceRoot}/${pattern.slice(1)}` : `{workspaceRoot}/${pattern}`;
}

/** Plain names count whether set or not; `A_*` stands for those that are set, `!A_B` takes away. */
export function selectEnv(patterns: readonly string[], envNames: readonly string[]): readonly string[] {
  const selected = new Set<string>();
  for (const pattern of patterns.filter((each) => !each.startsWith('!'))) {
    if (pattern.includes('*')) envNames.filter(matcherOf(pattern)).forEach((name) => selected.add(name));
    else selected.add(pattern);
  }
  for (const pattern of patterns.filter((each) => each.startsWith('!'))) {
    const matches = matcherOf(pattern.slice(1));
    for (const name of selected) if (matches(name)) selected.delete(name);
  }
  return [...selected].sort();
}

function matcherOf(pattern: string): (name: string) => boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const expression = new RegExp(`^${escaped}$`);
  return (name) => expression.test(name);
}
