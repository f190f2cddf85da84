import { join } from 'node:path';
import { buildCommand, toJson, writeManifests } from '../generate/write-manifests.ts';
import type { Action, Contender, Place, TaskCounts } from './contender.ts';
import { findNumber } from './contender.ts';

/** The command that npm installs: a Node program that starts the native one. */
export function createTurbo(): Contender {
  return { ...turbo, name: 'turbo', invoke: (action, place) => invoke(action, place, shim(place)) };
}

/** The native program alone, where this platform has one. */
export function createNativeTurbo(): Contender {
  return { ...turbo, name: 'turbo-native', invoke: (action, place) => invoke(action, place, native(place)) };
}

const turbo = {
  role: 'peer',
  configure: (plan) => [
    ...writeManifests(plan, (project) => ({ scripts: { build: buildCommand(project) } })),
    { path: 'turbo.json', text: toJson(configuration) },
  ],
  readCounts,
  stateFolders: ['.turbo'],
} satisfies Partial<Contender>;

const configuration = {
  globalDependencies: ['build.sh'],
  tasks: { build: { dependsOn: ['^build'], outputs: ['dist/**'] } },
};

interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

function shim({ modules }: Place): Program {
  return { command: process.execPath, args: [join(modules, 'turbo/bin/turbo')] };
}

function native({ modules }: Place): Program {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const arch = process.arch === 'x64' ? '64' : process.arch;
  return { command: join(modules, `@turbo/${platform}-${arch}/bin/turbo`), args: ['--skip-infer'] };
}

function invoke(action: Action, { remote }: Place, program: Program): ReturnType<Contender['invoke']> {
  const words = wordsOf(action);
  if (words === null) return null;
  const access = remote === null ? {} : { TURBO_API: remote.url, TURBO_TOKEN: remote.token, TURBO_TEAM: 'bench' };
  const env = { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', TURBO_SCM_BASE: 'main', ...access };
  return { command: program.command, args: [...program.args, ...words], env };
}

function wordsOf(action: Action): readonly string[] | null {
  switch (action) {
    case 'version':
      return ['--version'];
    case 'build':
      return ['run', 'build', '--output-logs=none', '--ui=stream'];
    case 'dry-run':
      return ['run', 'build', '--dry=text'];
    case 'affected':
      return ['run', 'build', '--affected', '--output-logs=none', '--ui=stream'];
    case 'list-projects':
      return ['ls'];
  }
}

/** From the lines "Tasks: 10 successful, 10 total" and "Cached: 3 cached, 10 total". */
function readCounts(output: string): TaskCounts | null {
  const done = findNumber(output, /Tasks:\s+(\d+) successful/);
  const cached = findNumber(output, /Cached:\s+(\d+) cached/);
  return done === null || cached === null ? null : { executed: done - cached, cached };
}
