import { dirname, join } from 'node:path';
import { bundledFile, bundlePath, bundles } from '../../tools/bundle/bundles.ts';
import { buildCommand, toJson, writeManifests } from '../generate/write-manifests.ts';
import type { ScenarioName } from '../scenarios/scenario.ts';
import type { Action, Contender, Invocation, Place, TaskCounts } from './contender.ts';
import { findNumber } from './contender.ts';

/** Absolute path of the command that `npm run build` makes. */
export const builtLarder = findBuilt('larder');

function findBuilt(name: string): string {
  const bundle = bundles.find(({ entryPoints }) => name in entryPoints);
  if (bundle === undefined) throw new Error(`no bundle has ${name}`);
  return join(bundlePath(dirname(dirname(import.meta.dirname)), bundle), bundledFile(bundle, name));
}

export interface LarderVariant {
  readonly name: string;
  readonly daemon: 'on' | 'off';
  /** Absolute path of the bundled command. */
  readonly bundle: string;
}

export function createLarder({ name, daemon, bundle }: LarderVariant): Contender {
  const invoke = (words: readonly string[], place: Place): Invocation => ({
    command: process.execPath,
    args: [bundle, ...words],
    env: { LARDER_DAEMON: daemon, ...describeRemote(place) },
  });
  return {
    name,
    role: 'own',
    configure: (plan) => [
      ...writeManifests(plan, (project) => ({ scripts: { build: buildCommand(project) } })),
      { path: 'larder.json', text: toJson({ namedInputs, targetDefaults, remote: remoteKeys }) },
    ],
    invoke: (action, place) => invoke(wordsOf(action), place),
    readCounts,
    stateFolders: ['.larder'],
    ...(daemon === 'on'
      ? { scenarios: withDaemon, stopDaemon: (place: Place) => invoke(['daemon', 'stop', '--force'], place) }
      : {}),
  };
}

/** Not those that take from a daemon the folder in which it lives. */
const withDaemon: readonly ScenarioName[] = ['nothing-changed', 'dry-run', 'affected', 'leaf-edited', 'restore'];

/** Nothing here takes long to execute, and the remote cache is to be measured nevertheless. */
const remoteKeys = { uploadSlowerThanExecution: true };

/** Inputs and outputs in the grammar that Larder and Nx share. */
export const namedInputs = { default: ['{projectRoot}/**/*', '{workspaceRoot}/build.sh'] };

export const targetDefaults = {
  build: {
    dependsOn: ['^build'],
    inputs: ['default', '^default'],
    outputs: ['{projectRoot}/dist'],
    cache: true,
  },
};

function wordsOf(action: Action): readonly string[] {
  switch (action) {
    case 'version':
      return ['--version'];
    case 'build':
      return ['run-many', '--targets=build', '--output-style=static-failures'];
    case 'dry-run':
      return ['run-many', '--targets=build', '--dry-run'];
    case 'affected':
      return ['affected', '--targets=build', '--base=main', '--output-style=static-failures'];
    case 'list-projects':
      return ['show', 'projects'];
  }
}

function describeRemote({ remote }: Place): Readonly<Record<string, string>> {
  if (remote === null) return { LARDER_REMOTE_MODE: 'off' };
  return { LARDER_REMOTE_URL: remote.url, LARDER_REMOTE_TOKEN: remote.token, LARDER_REMOTE_MODE: 'read-write' };
}

/** From the line "tasks     1 executed, 2 restored, 97 up to date". */
function readCounts(output: string): TaskCounts | null {
  const line = /^ {2}tasks +(.+)$/m.exec(output)?.[1];
  if (line === undefined) return null;
  const count = (word: string): number => findNumber(line, new RegExp(`(\\d+) ${word}`)) ?? 0;
  return { executed: count('executed'), cached: count('up to date') + count('restored') };
}
