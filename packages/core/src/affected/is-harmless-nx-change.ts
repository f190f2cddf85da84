import { parseJsonc } from '../config/parse-jsonc.ts';
import { canonicalJson } from '../hash/canonical.ts';
import { asWorkspacePath } from '../ids.ts';
import { isJsonObject } from '../json.ts';

/** Keys of nx.json that say how tasks are run or made, and nothing of what a task is. */
const harmlessKeys = new Set([
  '$schema',
  'affected',
  'analytics',
  'cacheDirectory',
  'cli',
  'conformance',
  'defaultBase',
  'generators',
  'installation',
  'maxCacheSize',
  'neverConnectToCloud',
  'nxCloudAccessToken',
  'nxCloudEncryptionKey',
  'nxCloudId',
  'nxCloudUrl',
  'parallel',
  'release',
  'skipNxCache',
  'sync',
  'tui',
  'useDaemonProcess',
]);

/** Whether the two texts of nx.json define the same targets, whoever reads them. False where one is gone or malformed. */
export function isHarmlessNxChange(before: string | null, after: string | null): boolean {
  const [old, now] = [readKeys(before), readKeys(after)];
  return old !== null && old === now;
}

function readKeys(text: string | null): string | null {
  const { value, problems } = parseJsonc(text ?? '', asWorkspacePath('nx.json'));
  if (problems.length > 0 || !isJsonObject(value)) return null;
  return canonicalJson(Object.fromEntries(Object.entries(value).filter(([key]) => !harmlessKeys.has(key))));
}
