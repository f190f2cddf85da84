import type { JsonValue } from '@larder/core';
import type { GlobalSettings } from '../config/global-settings.ts';
import type { TurboTask } from '../config/resolve-tasks.ts';
import { ignoredFilesKind } from '../ignored/ignored-files-kind.ts';
import { inferFrameworkEnv } from './frameworks.ts';
import { alwaysHashedEnv } from './pass-through-names.ts';
import { selectEnv } from './select-env.ts';
import { resolvePattern, toPatterns, type PatternPlace } from './to-pattern.ts';

export interface TargetContext extends PatternPlace {
  readonly global: GlobalSettings;
  /** Names of the variables that are set, which wildcards in `env` stand for. */
  readonly envNames: readonly string[];
  /** Names of what the package's manifest asks for. */
  readonly dependencies: ReadonlySet<string>;
}

const defaultMarker = '$TURBO_DEFAULT$';

/**
 * What counts for a task: its files, those that `globalDependencies` name, the declared variables, and,
 * beyond what turbo hashes, the files of the packages that it depends on: without them a change in a
 * dependency that no task builds would be a stale hit. With `dependencyOutputs` the task has said what it
 * takes from its dependencies, and that counts instead; `from` narrows it to some, and others count by their hash.
 */
export function toInputs(task: TurboTask, context: TargetContext): readonly JsonValue[] {
  const declared = task.inputs ?? [];
  const globs = declared.flatMap((input) =>
    typeof input === 'string' ? [input] : input.mode === 'jit' ? input.globs : [],
  );
  const outputs = declared.flatMap((input) =>
    typeof input !== 'string' && input.mode === 'dependencyOutputs' ? [input] : [],
  );
  const saysAllOfDependencies = outputs.some(({ from }) => (from ?? ['^']).some((name) => name.startsWith('^')));
  return [
    ...toFilesets(globs, context),
    ...(saysAllOfDependencies ? [] : ['^{projectRoot}/**/*']),
    ...outputs.flatMap(({ globs: taken, from }) => taken.map((glob) => toDependentOutputs(glob, from ?? null))),
    ...toSharedFiles(context),
    ...listEnv(task, context).map((name) => ({ env: name })),
  ];
}

/** A manifest counts whatever is declared: it holds the script and says how the package's files are read. */
function toFilesets(globs: readonly string[], context: TargetContext): readonly JsonValue[] {
  const given = globs.filter((glob) => !glob.startsWith('!') && glob !== defaultMarker);
  const usesDefault = globs.includes(defaultMarker) || given.length === 0;
  const everything = context.root === '' ? '{workspaceRoot}/**/*' : '{projectRoot}/**/*';
  const patterns = globs.filter((glob) => glob !== defaultMarker).flatMap((glob) => toPatterns(glob, context));
  const manifest = context.root === '' ? '{workspaceRoot}/package.json' : '{projectRoot}/package.json';
  return [
    ...(usesDefault ? [everything] : [{ json: manifest }]),
    ...patterns,
    ...(given.length === 0 ? [] : [toIgnoredFiles(patterns, context)]),
  ];
}

function toSharedFiles({ global }: TargetContext): readonly JsonValue[] {
  const place = { root: '' };
  const patterns = global.dependencies.flatMap((glob) => toPatterns(glob, place));
  return patterns.length === 0 ? [] : [...patterns, toIgnoredFiles(patterns, place)];
}

/** Naming a file counts it although git ignores it, as `.env` is. */
function toIgnoredFiles(patterns: readonly string[], place: PatternPlace): JsonValue {
  const resolved = patterns.flatMap((pattern) => resolvePattern(pattern, place) ?? []);
  const include = resolved.filter((pattern) => !pattern.startsWith('!')).sort();
  const exclude = resolved.flatMap((pattern) => (pattern.startsWith('!') ? [pattern.slice(1)] : [])).sort();
  return { [ignoredFilesKind]: { include, exclude } };
}

/** There the glob is relative to the dependency's package, here to the workspace. */
function toDependentOutputs(glob: string, from: readonly string[] | null): JsonValue {
  return {
    dependentTasksOutputFiles: `**/${glob.replace(/^(?:\.?\/)+/, '')}`,
    transitive: false,
    ...(from === null ? {} : { from: from.map((name) => name.replace('#', ':')) }),
  };
}

/** What takes names away works on its own list: a task cannot hide a global variable. */
function listEnv(task: TurboTask, { global, envNames, dependencies }: TargetContext): readonly string[] {
  const shared = selectEnv([...alwaysHashedEnv, ...global.env], envNames);
  const own = selectEnv([...inferFrameworkEnv(dependencies), ...(task.env ?? [])], envNames);
  return [...new Set([...shared, ...own])].sort();
}
