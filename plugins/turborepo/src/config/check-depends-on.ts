import { findNearNames, type Problem } from '@larder/core';
import type { TurboPackage } from '../list-packages.ts';
import { invalidValue, type TurboFile } from './read-turbo-file.ts';
import { rootPackage, type TurboFiles } from './resolve-tasks.ts';

/** Names in `dependsOn` and `with` that no file defines: most likely misspelled, and the order would be wrong. */
export function checkDependsOn({ root, packages }: TurboFiles, all: readonly TurboPackage[]): readonly Problem[] {
  const files = [root, ...packages.values()];
  const known = new Set(files.flatMap((file) => [...file.tasks.keys()].map(nameOf)));
  const packageNames = new Set<string>(all.flatMap(({ name }) => name ?? []));
  const problems: Problem[] = [];
  for (const file of files) {
    for (const [key, task] of file.tasks) {
      for (const list of ['dependsOn', 'with'] as const) {
        (task[list] ?? []).forEach((text, index) => {
          const problem = checkName(file, { keys: ['tasks', key, list, index], text, known, packageNames });
          if (problem !== null) problems.push(problem);
        });
      }
    }
  }
  return problems;
}

interface Named {
  readonly keys: readonly (string | number)[];
  readonly text: string;
  readonly known: ReadonlySet<string>;
  readonly packageNames: ReadonlySet<string>;
}

function checkName(file: TurboFile, { keys, text, known, packageNames }: Named): Problem | null {
  if (text === '$TURBO_EXTENDS$') return null;
  if (text.startsWith('$'))
    return invalidValue(file, keys, 'a task; a variable that the task depends on stands in "env"');
  const location = file.json.locate(keys);
  const where = location === null ? {} : { location };
  const hash = text.indexOf('#');
  const owner = hash === -1 ? rootPackage : text.slice(0, hash);
  if (owner !== rootPackage && !packageNames.has(owner)) {
    return {
      code: 'unknown-project',
      severity: 'error',
      project: owner,
      near: findNearNames(owner, packageNames),
      ...where,
    };
  }
  const target = nameOf(text.replace(/^\^/, ''));
  if (known.has(target)) return null;
  return { code: 'unknown-target', severity: 'error', target, near: findNearNames(target, known), ...where };
}

/** `build` of `web#build`. */
function nameOf(key: string): string {
  return key.slice(key.indexOf('#') + 1);
}
