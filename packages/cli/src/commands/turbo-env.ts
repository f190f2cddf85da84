import { asWorkspacePath, isJsonObject, parseJsonc } from '@larder/core';
import { signedPath } from '@larder/daemon';
import { readerOf } from '../doctor/read-root-file.ts';
import type { Terminal } from '../terminal.ts';

/**
 * What has turbo use the daemon at this address. It uses a remote cache only where it has a team; the daemon reads nothing
 * from its name. A turbo that takes nothing unsigned has entries of its own there.
 */
export function turboEnv(url: string, token: string, isSigned: boolean): Readonly<Record<string, string>> {
  return { TURBO_API: isSigned ? `${url}${signedPath}` : url, TURBO_TOKEN: token, TURBO_TEAM: 'larder' };
}

/** Whether this turbo signs what it stores, and refuses everything else. */
export function signs(root: string, env: Terminal['env']): boolean {
  if ((env['TURBO_REMOTE_CACHE_SIGNATURE_KEY'] ?? '') === '') return false;
  const read = readerOf(root);
  const { value } = parseJsonc(read('turbo.json') ?? read('turbo.jsonc') ?? '{}', asWorkspacePath('turbo.json'));
  const remoteCache = isJsonObject(value) ? value['remoteCache'] : undefined;
  return isJsonObject(remoteCache) && remoteCache['signature'] === true;
}
