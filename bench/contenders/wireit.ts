import { join } from 'node:path';
import { buildCommand, writeManifests } from '../generate/write-manifests.ts';
import type { PlannedProject, WorkspacePlan } from '../generate/plan-workspace.ts';
import type { Contender, TaskCounts } from './contender.ts';

/** Started as npm and `node --run` start it, without their own cost. It has one command alone. */
export function createWireit(): Contender {
  return {
    name: 'wireit',
    role: 'peer',
    configure: (plan) => writeManifests(plan, describeTask, { scripts: { build: 'wireit' }, wireit: runAll(plan) }),
    invoke: (action, place) => {
      if (action !== 'build' || place.remote !== null) return null;
      return {
        command: process.execPath,
        args: [join(place.modules, 'wireit/bin/wireit.js')],
        env: {
          WIREIT_LOGGER: 'quiet-ci',
          npm_lifecycle_event: 'build',
          npm_package_json: join(place.root, 'package.json'),
          npm_config_user_agent: 'npm/11.0.0',
        },
      };
    },
    readCounts,
    stateFolders: ['.wireit'],
  };
}

function runAll({ projects }: WorkspacePlan): object {
  return { build: { dependencies: projects.map(({ folder }) => `./${folder}:build`) } };
}

function describeTask(project: PlannedProject): Readonly<Record<string, unknown>> {
  const build = {
    command: buildCommand(project),
    dependencies: project.dependencies.map((name) => `../${name}:build`),
    files: ['src/**', '../../build.sh'],
    output: ['dist/**'],
    packageLocks: [],
  };
  return { scripts: { build: 'wireit' }, wireit: { build } };
}

/** From the line "Ran 1 script and skipped 9 in 0.2s." */
function readCounts(output: string): TaskCounts | null {
  const [, executed, cached] = /Ran (\d+) scripts? and skipped (\d+)/.exec(output) ?? [];
  return executed === undefined ? null : { executed: Number(executed), cached: Number(cached) };
}
