import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asWorkspacePath, isJsonObject, parseJsonc, type JsonObject } from '@larder/core';
import { findInstalledVersion, isSupportedNx, parseVersion, supportedNx } from '../setup/installed-version.ts';
import type { Terminal } from '../terminal.ts';
import { fail, ok, warn, type Check, type DoctorContext, type Finding } from './check.ts';
import { judgeIsolation } from './check-isolation.ts';

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
    const findings = [judgeNx(version), ...judgePlugin(context, nxJson)];
    return isPluginNamed(nxJson)
      ? [...findings, await judgeIsolation(context, { nxJson, nxVersion: version })]
      : findings;
  },
};

function judgeNx(version: string): Finding {
  if (isSupportedNx(version)) return ok('nx', `nx ${version}`);
  const range = `${supportedNx.from} up to ${supportedNx.below}`;
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
  if ((terminal.env[serverVariable] ?? '') !== '') {
    const advice = `Unset ${serverVariable}, also in .env, or take the plugin out.`;
    return [warn('nx-plugin', `${serverVariable} is set: nx asks that server, and the plugin takes no part`, advice)];
  }
  const hint = usesNxDaemon(nxJson, terminal.env)
    ? "; nx's daemon keeps what plugins print: after a run of nx, larder analyze tells what its summary would"
    : '';
  return [ok('nx-plugin', `${pluginName} ${version}${hint}`)];
}

function readNxJson(rootAbsolute: string): JsonObject {
  const { value } = parseJsonc(readFileSync(join(rootAbsolute, 'nx.json'), 'utf8'), asWorkspacePath('nx.json'));
  return isJsonObject(value) ? value : {};
}

/** As nx decides it, containers apart. */
function usesNxDaemon(nxJson: JsonObject, env: Terminal['env']): boolean {
  const { NX_DAEMON: wished, CI: ci = '' } = env;
  if (wished === 'true' || wished === 'false') return wished === 'true';
  return nxJson['useDaemonProcess'] !== false && (ci === '' || ci === 'false');
}

function isPluginNamed({ plugins }: JsonObject): boolean {
  if (!Array.isArray(plugins)) return false;
  return plugins.some((each: unknown) => (isJsonObject(each) ? each['plugin'] : each) === pluginName);
}

const testedTurboMajor = 2;

/** Finds nothing in a workspace without turbo.json. */
export const checkTurbo: Check = {
  id: 'turbo',
  run: async ({ rootAbsolute }) => {
    if (!['turbo.json', 'turbo.jsonc'].some((name) => existsSync(join(rootAbsolute, name)))) return [];
    const version = findInstalledVersion(rootAbsolute, 'turbo');
    if (version === null) return [ok('turbo', 'turbo is not installed; Larder reads turbo.json by itself')];
    if (parseVersion(version)?.[0] === testedTurboMajor) return [ok('turbo', `turbo ${version}`)];
    const advice = `Use turbo ${testedTurboMajor}, or look closely at what runs.`;
    return [warn('turbo', `turbo ${version}: Larder is compared with turbo ${testedTurboMajor}`, advice)];
  },
};
