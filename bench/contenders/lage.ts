import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildCommand, writeManifests } from '../generate/write-manifests.ts';
import type { Action, Contender, TaskCounts } from './contender.ts';

export function createLage(): Contender {
  return {
    name: 'lage',
    role: 'peer',
    configure: (plan) => [
      ...writeManifests(plan, (project) => ({ scripts: { build: buildCommand(project) } })),
      { path: 'lage.config.js', text: configuration },
    ],
    invoke: (action, place) => {
      const words = wordsOf(action);
      if (words === null || place.remote !== null) return null;
      return { command: process.execPath, args: [join(place.modules, 'lage/dist/lage.js'), ...words] };
    },
    readCounts,
    stateFolders: ['node_modules/.cache/lage', '.lage'],
  };
}

const configuration = `module.exports = {
  npmClient: 'npm',
  concurrency: ${availableParallelism()},
  pipeline: { build: { dependsOn: ['^build'], outputs: ['dist/**'] } },
  cacheOptions: { environmentGlob: ['build.sh'], outputGlob: ['dist/**'] },
};
`;

function wordsOf(action: Action): readonly string[] | null {
  switch (action) {
    case 'build':
      return ['build', '--log-level=info'];
    case 'dry-run':
      return ['info', 'build'];
    case 'affected':
      return ['build', '--since=main'];
    case 'version':
    case 'list-projects':
      return null;
  }
}

/** From the line "success: 1, skipped: 9, pending: 0, …". */
function readCounts(output: string): TaskCounts | null {
  const [, executed, cached] = /success: (\d+), skipped: (\d+)/.exec(output) ?? [];
  return executed === undefined ? null : { executed: Number(executed), cached: Number(cached) };
}
