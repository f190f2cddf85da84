import { isDeepStrictEqual } from 'node:util';
import { ownValue, restoreAdopted, type JsonObject } from '@larder/core';
import { adoptingExecutor } from './adoption-note.ts';

interface Graph {
  readonly nodes: Readonly<Record<string, { readonly data: { readonly targets?: object } }>>;
}

const comparedKeys = [
  'executor',
  'options',
  'configurations',
  'defaultConfiguration',
  'inputs',
  'outputs',
  'dependsOn',
];

/** What is different about targets that were adopted, in words; empty is good. */
export function compareTargets(before: Graph, after: Graph): readonly string[] {
  return Object.entries(after.nodes).flatMap(([project, { data }]) => {
    const targets = Object.entries((data.targets ?? {}) as Readonly<Record<string, JsonObject>>);
    const earlier = (ownValue(before.nodes, project)?.data.targets ?? {}) as Readonly<Record<string, JsonObject>>;
    return targets
      .filter(([, target]) => target['executor'] === adoptingExecutor)
      .flatMap(([name, target]) => {
        const was = restoreAdopted(ownValue(earlier, name) ?? {});
        const is = restoreAdopted(target);
        const keys = comparedKeys.filter((key) => !isDeepStrictEqual(was[key], is[key]));
        return keys.map((key) => `${project}:${name}: "${key}" differs`);
      });
  });
}
