import type { Problem } from '@larder/core';
import { invalidValue, type TurboFile } from './read-turbo-file.ts';
import type { RawTurboTask } from './turbo-schema.ts';

/** A task of one package, with everything that it inherits merged in. */
export interface TurboTask extends RawTurboTask {
  /** The file that has the last word, for messages. */
  readonly definedIn: TurboFile;
  /** The key in that file: `build`, `web#build`, `//#lint`. */
  readonly key: string;
}

export interface TurboFiles {
  readonly root: TurboFile;
  /** By package name. */
  readonly packages: ReadonlyMap<string, TurboFile>;
}

/** `//` is the root package. */
export const rootPackage = '//';

/** The tasks of one package. `excluded` are those that it opts out of with nothing but `extends: false`. */
export interface PackageTasks {
  readonly tasks: ReadonlyMap<string, TurboTask>;
  readonly excluded: ReadonlySet<string>;
}

/**
 * Merges the root's tasks, those of the packages that the package extends, and its own, in this order:
 * scalars are inherited, arrays replace, or append where `$TURBO_EXTENDS$` stands among them.
 * `package#task` in the root replaces `task` altogether.
 */
export function resolveTasks(packageName: string, files: TurboFiles): PackageTasks {
  const tasks = new Map<string, TurboTask>();
  const excluded = new Set<string>();
  for (const [name, raw, key] of rootTasksFor(packageName, files.root)) {
    tasks.set(name, { ...raw, definedIn: files.root, key });
  }
  for (const file of listInherited(packageName, files)) {
    for (const [name, raw] of file.tasks) {
      if (raw.extends !== false) {
        tasks.set(name, { ...mergeTask(tasks.get(name), raw), definedIn: file, key: name });
        excluded.delete(name);
      } else if (Object.keys(raw).length === 1) {
        tasks.delete(name);
        excluded.add(name);
      } else {
        tasks.set(name, { ...mergeTask(undefined, raw), definedIn: file, key: name });
        excluded.delete(name);
      }
    }
  }
  return { tasks, excluded };
}

/** Plain names do not reach the root package: its tasks are named one by one. */
function* rootTasksFor(packageName: string, root: TurboFile): Generator<readonly [string, RawTurboTask, string]> {
  const prefix = `${packageName}#`;
  if (packageName !== rootPackage) for (const [key, raw] of root.tasks) if (!key.includes('#')) yield [key, raw, key];
  for (const [key, raw] of root.tasks) if (key.startsWith(prefix)) yield [key.slice(prefix.length), raw, key];
}

/** The package's own file last, those that it extends before it, each once; circles are cut. */
function listInherited(packageName: string, { packages }: TurboFiles): readonly TurboFile[] {
  const listed = new Set<TurboFile>();
  const entered = new Set<string>();
  const visit = (name: string): void => {
    const file = packages.get(name);
    if (file === undefined || entered.has(name)) return;
    entered.add(name);
    for (const base of file.raw.extends ?? []) visit(base);
    listed.add(file);
  };
  visit(packageName);
  return [...listed];
}

const extendsMarker = '$TURBO_EXTENDS$';
const arrayKeys = ['dependsOn', 'env', 'inputs', 'outputs', 'passThroughEnv', 'tags', 'with'] as const;

function mergeTask(below: RawTurboTask | undefined, raw: RawTurboTask): RawTurboTask {
  const given = Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null && value !== undefined));
  const merged: Record<string, unknown> = { ...below, ...given };
  for (const key of arrayKeys) {
    const values: readonly unknown[] | null | undefined = raw[key];
    if (values?.includes(extendsMarker) !== true) continue;
    merged[key] = values.flatMap((value) => (value === extendsMarker ? (below?.[key] ?? []) : [value]));
  }
  return merged;
}

/** What a package's file says that it may not say. */
export function checkPackageFile(file: TurboFile, isPackage: (name: string) => boolean): readonly Problem[] {
  const problems: Problem[] = [];
  const bases = file.raw.extends;
  if (bases?.[0] !== rootPackage) {
    problems.push(invalidValue(file, ['extends'], 'an array that starts with "//": ["//"]'));
  }
  (bases ?? []).forEach((base, index) => {
    if (base !== rootPackage && !isPackage(base)) {
      problems.push(invalidValue(file, ['extends', index], 'the name of a package of this workspace'));
    }
  });
  for (const key of file.tasks.keys()) {
    if (!key.includes('#')) continue;
    const name = key.slice(key.indexOf('#') + 1);
    problems.push(invalidValue(file, ['tasks', key], `"${name}": a package's file is about that package alone`));
  }
  return problems;
}

/** What the root's file says of single tasks that only a package may say. */
export function checkRootFile(file: TurboFile): readonly Problem[] {
  return [...file.tasks]
    .filter(([, raw]) => raw.extends !== undefined && raw.extends !== null)
    .map(([key]) => invalidValue(file, ['tasks', key, 'extends'], 'nothing: only the turbo.json of a package has it'));
}
