import { join } from 'node:path';
import { buildCommand, writeManifests } from '../generate/write-manifests.ts';
import type { PlannedProject } from '../generate/plan-workspace.ts';
import type { Action, Contender, TaskCounts } from './contender.ts';
import { findNumber } from './contender.ts';

export function createMoon(): Contender {
  return {
    name: 'moon',
    role: 'peer',
    configure: (plan) => [
      ...writeManifests(plan, () => ({})),
      { path: '.moon/workspace.yml', text: workspaceFile },
      ...plan.projects.map((project) => ({ path: `${project.folder}/moon.yml`, text: projectFile(project) })),
    ],
    invoke: (action, place) => {
      const words = wordsOf(action);
      if (words === null || place.remote !== null) return null;
      return { command: process.execPath, args: [join(place.modules, '@moonrepo/cli/moon.js'), ...words] };
    },
    readCounts,
    stateFolders: ['.moon/cache'],
  };
}

const workspaceFile = `projects:
  - 'packages/*'
telemetry: false
vcs:
  client: git
  defaultBranch: main
`;

function projectFile(project: PlannedProject): string {
  return `dependsOn: ${JSON.stringify(project.dependencies)}
tasks:
  build:
    command: ${JSON.stringify(buildCommand(project))}
    deps: ['^:build']
    inputs: ['src/**/*', '/build.sh']
    outputs: ['dist']
    options:
      outputStyle: 'buffer-only-failure'
`;
}

function wordsOf(action: Action): readonly string[] | null {
  switch (action) {
    case 'version':
      return ['--version'];
    case 'build':
      return ['run', ':build'];
    case 'dry-run':
      return ['action-graph', ':build', '--json'];
    case 'affected':
      return ['run', ':build', '--affected', '--base', 'main', '--include-relations', '--downstream', 'deep'];
    case 'list-projects':
      return ['projects', '--json'];
  }
}

/** From the line "Tasks: 10 completed (3 cached)". */
function readCounts(output: string): TaskCounts | null {
  const done = findNumber(output, /Tasks:\s+(\d+) completed/);
  if (done === null) return null;
  const cached = findNumber(output, /Tasks:.*?(\d+) cached/) ?? 0;
  return { executed: done - cached, cached };
}
