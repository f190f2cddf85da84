import { dirname, join } from 'node:path';
import { toJson, writeManifests } from '../generate/write-manifests.ts';
import type { ScenarioName } from '../scenarios/scenario.ts';
import type { Contender, Invocation } from './contender.ts';

/** What no runner on Node can be faster than, measured in turns with the runners. */
export function createFloors(): readonly Contender[] {
  return [
    floor('floor-node', ['-e', '0'], ['start-up', 'dry-run', 'nothing-changed', 'affected', 'discovery']),
    floor('floor-stat', [script('list-and-stat')], ['dry-run', 'nothing-changed', 'affected']),
    floor('floor-spawn', [script('spawn-builds')], ['cold', 'root-edited']),
    floor('floor-copy', [script('copy-outputs')], ['restore']),
  ];
}

function floor(name: string, args: readonly string[], scenarios: readonly ScenarioName[]): Contender {
  return {
    name,
    role: 'floor',
    configure: (plan) => [
      ...writeManifests(plan, () => ({})),
      { path: 'builds.json', text: toJson(plan.projects.map((project) => ({ ...project, sources: [] }))) },
    ],
    invoke: () => node(args),
    build: node([script('spawn-builds')]),
    readCounts: null,
    stateFolders: [],
    scenarios,
  };
}

function node(args: readonly string[]): Invocation {
  return { command: process.execPath, args };
}

function script(name: string): string {
  return join(dirname(import.meta.dirname), 'floors', `${name}.cjs`);
}
