import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asWorkspacePath, isJsonObject, parseJsonc, type JsonObject } from '@larder/core';
import { findEnvDefinition, parseOptions } from '@larder/nx';
import { readConfigFile } from '@larder/workspace';
import { findInstalledVersion, isSupportedNx, parseVersion, supportedNx } from '../setup/installed-version.ts';
import type { Terminal } from '../terminal.ts';
import { fail, ok, warn, type Check, type DoctorContext, type Finding } from './check.ts';
import { judgeIsolation } from './check-isolation.ts';
import { judgeProblems } from './judge-problems.ts';
import { readerOf } from './read-root-file.ts';

const pluginName = '@larder/nx';
const serverVariable = 'NX_SELF_HOSTED_REMOTE_CACHE_SERVER';

/** Finds nothing in a workspace without nx.json. */
export const checkNx: Check = {
  id: 'nx',
  run: async (context) => {
    if (!existsSync(join(context.rootAbsolute, 'nx.json'))) return [];
    const version = findInstalledVersion(context.rootAbsolute, 'nx');
    if (version === null) {
      const advice =
        'Install the dependencies of the workspace: targets that plugins of Nx infer are missing until then.';
      return [warn('nx', 'nx is not installed', advice)];
    }
    const nxJson = readNxJson(context.rootAbsolute);
    // What is wrong with the file is told with the configuration; who knows then what it names.
    if (nxJson === null) return [judgeNx(version)];
    const findings = [judgeNx(version), ...judgePlugin(context, nxJson)];
    return isPluginNamed(nxJson)
      ? [...findings, await judgeIsolation(context, { nxJson, nxVersion: version })]
      : findings;
  },
};

function judgeNx(version: string): Finding {
  if (isSupportedNx(version)) return ok('nx', `nx ${version}`);
  const range = `${supportedNx.from} and later, below ${supportedNx.below}`;
  return warn(
    'nx',
    `nx ${version}: Larder is tried with ${range}`,
    'Use a version of that range, or look closely at what runs.',
  );
}

function judgePlugin({ rootAbsolute, terminal }: DoctorContext, nxJson: JsonObject): readonly Finding[] {
  const version = findInstalledVersion(rootAbsolute, pluginName);
  if (!isPluginNamed(nxJson)) {
    return [ok('nx-plugin', `${pluginName} is not in nx.json: nx uses its own cache; larder init would add it`)];
  }
  if (version === null) {
    const advice = 'Install the dependencies of the workspace.';
    return [fail('nx-plugin', `${pluginName} is in nx.json and not installed: nx cannot start`, advice)];
  }
  const server = findServer(rootAbsolute, terminal.env);
  if (server !== null) {
    const detail = `${server} sets ${serverVariable}: nx asks that server, and the plugin takes no part`;
    return [warn('nx-plugin', detail, `Unset ${serverVariable} there, or take the plugin out of nx.json.`)];
  }
  const problems = findOptionProblems(nxJson);
  if (problems.length > 0) {
    const detail = `in nx.json, of ${pluginName}: ${problems.join('; ')}`;
    return [warn('nx-plugin', detail, 'Correct these options: the defaults hold in their place.')];
  }
  const hint = usesNxDaemon(nxJson, terminal.env)
    ? "; nx's daemon keeps what plugins print: after a run of nx, larder analyze tells what its summary would"
    : '';
  return [ok('nx-plugin', `${pluginName} ${version}${hint}`)];
}

/** Who sets the address of a cache server that is not Larder's, as nx reads it; null: nobody. */
function findServer(rootAbsolute: string, env: Terminal['env']): string | null {
  const own = env[serverVariable];
  if (own !== undefined) return own === '' ? null : 'the environment';
  const defined = findEnvDefinition(serverVariable, readerOf(rootAbsolute));
  return defined === null || defined.value === '' ? null : defined.file;
}

/** With the plugins of the file that it extends, where it names none. Null where one of the two is not understood. */
function readNxJson(rootAbsolute: string): JsonObject | null {
  const file = readConfigFile(rootAbsolute);
  const nx = file?.kind === 'larder' ? file.beside : file;
  const texts = [nx?.base?.text ?? '{}', nx?.text ?? '{}'];
  const parsed = texts.map((text) => parseJsonc(text, asWorkspacePath('nx.json')));
  if (parsed.some(({ value, problems }) => problems.length > 0 || !isJsonObject(value))) return null;
  return Object.assign({}, ...parsed.map(({ value }) => value)) as JsonObject;
}

/** As nx decides it, containers apart. */
function usesNxDaemon(nxJson: JsonObject, env: Terminal['env']): boolean {
  const { NX_DAEMON: wished, CI: ci = '' } = env;
  if (wished === 'true' || wished === 'false') return wished === 'true';
  return nxJson['useDaemonProcess'] !== false && (ci === '' || ci === 'false');
}

function isPluginNamed(nxJson: JsonObject): boolean {
  return findEntry(nxJson) !== undefined;
}

function findEntry({ plugins }: JsonObject): unknown {
  if (!Array.isArray(plugins)) return undefined;
  return plugins.find((each: unknown) => (isJsonObject(each) ? each['plugin'] : each) === pluginName);
}

function findOptionProblems(nxJson: JsonObject): readonly string[] {
  const entry = findEntry(nxJson);
  return isJsonObject(entry) ? parseOptions(entry['options'])[1] : [];
}

const testedTurboMajor = 2;

/** Finds nothing in a workspace without turbo.json. */
export const checkTurbo: Check = {
  id: 'turbo',
  run: async ({ rootAbsolute }) => {
    const name = ['turbo.json', 'turbo.jsonc'].find((each) => existsSync(join(rootAbsolute, each)));
    if (name === undefined) return [];
    const { readTurboFile } = await import('@larder/turborepo');
    const readText = (path: string): string => readFileSync(join(rootAbsolute, path), 'utf8');
    const { problems } = await readTurboFile({ readText }, asWorkspacePath(name), 'root');
    return [
      judgeTurbo(rootAbsolute),
      ...(problems.length === 0 ? [] : [judgeProblems('turbo-configuration', problems)]),
    ];
  },
};

function judgeTurbo(rootAbsolute: string): Finding {
  const version = findInstalledVersion(rootAbsolute, 'turbo');
  if (version === null) return ok('turbo', 'turbo is not installed; Larder reads turbo.json by itself');
  if (parseVersion(version)?.[0] === testedTurboMajor) return ok('turbo', `turbo ${version}`);
  const advice = `Use turbo ${testedTurboMajor}, or look closely at what runs.`;
  return warn('turbo', `turbo ${version}: Larder is compared with turbo ${testedTurboMajor}`, advice);
}
