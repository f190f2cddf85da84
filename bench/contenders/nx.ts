import { join } from 'node:path';
import { buildCommand, toJson, writeManifests } from '../generate/write-manifests.ts';
import type { PlannedProject } from '../generate/plan-workspace.ts';
import type { Action, Contender, Invocation, Place, TaskCounts } from './contender.ts';
import { namedInputs, targetDefaults } from './larder.ts';

export function createNx(name: string, daemon: 'on' | 'off'): Contender {
  const invoke = (words: readonly string[], place: Place): Invocation => ({
    command: process.execPath,
    args: [join(place.modules, 'nx/dist/bin/nx.js'), ...words],
    env: { ...environment, NX_DAEMON: String(daemon === 'on'), ...describeRemote(place) },
  });
  return {
    name,
    role: 'peer',
    configure: (plan) => [...writeManifests(plan, describeTask), { path: 'nx.json', text: toJson(configuration) }],
    invoke: (action, place) => {
      const words = wordsOf(action);
      return words === null ? null : invoke(words, place);
    },
    readCounts,
    stateFolders: ['.nx'],
    ...(daemon === 'on'
      ? {
          forget: (place: Place) => invoke(['reset', '--only-cache'], place),
          stopDaemon: (place: Place) => invoke(['daemon', '--stop'], place),
        }
      : {}),
  };
}

const environment = {
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  NX_SKIP_NX_CACHE: 'false',
  NX_CACHE_DIRECTORY: '.nx/cache',
  NX_SKIP_LOG_GROUPING: 'true',
};

/** Nothing here imports anything, so that the analysis of sources could only cost time. */
const configuration = {
  analytics: false,
  neverConnectToCloud: true,
  defaultBase: 'main',
  tui: { enabled: false },
  pluginsConfig: { '@nx/js': { analyzeSourceFiles: false } },
  namedInputs,
  targetDefaults,
};

/** The executor that runs a command without a package manager between. */
function describeTask(project: PlannedProject): Readonly<Record<string, unknown>> {
  const options = { command: buildCommand(project), cwd: '{projectRoot}' };
  return { nx: { targets: { build: { executor: 'nx:run-commands', options } } } };
}

function describeRemote({ remote }: Place): Readonly<Record<string, string>> {
  if (remote === null) return {};
  return {
    NX_SELF_HOSTED_REMOTE_CACHE_SERVER: remote.url,
    NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN: remote.token,
  };
}

function wordsOf(action: Action): readonly string[] | null {
  switch (action) {
    case 'version':
      return ['--version'];
    case 'build':
      return ['run-many', '--targets=build', '--output-style=static'];
    case 'dry-run':
      return ['run-many', '--targets=build', '--graph=stdout'];
    case 'affected':
      return ['affected', '--targets=build', '--base=main', '--output-style=static'];
    case 'list-projects':
      return ['show', 'projects'];
  }
}

/** From the line "Cache: 3/10 hit (30%)". */
function readCounts(output: string): TaskCounts | null {
  const [, cached, total] = /Cache:\s+(\d+)\/(\d+) hit/.exec(output) ?? [];
  if (cached === undefined) return null;
  return { executed: Number(total) - Number(cached), cached: Number(cached) };
}
