import { isJsonObject, type JsonObject } from '@larder/core';
import { findNx } from '../find-nx.ts';
import { namesAdopted, readGraphText } from './read-graph-text.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Whether Nx itself caches nothing in this workspace: all that can be cached was adopted. Then it asks no cache either, and
 * needs none to ask. From Nx 23 on: before, the options of a tasks runner could name what is cached, too.
 */
export function cachesNothing(workspaceRootAbsolute: string, env: Env): boolean {
  const text = readGraphText(workspaceRootAbsolute, env);
  if (!namesAdopted(text)) return false;
  const major = Number(findNx(workspaceRootAbsolute)?.version.split('.')[0]);
  if (!(major >= 23)) return false;
  const targets = listTargets(text);
  return targets.length > 0 && !targets.some(({ cache }) => cache === true);
}

/** None where the text is something else. */
function listTargets(graphText: string): readonly JsonObject[] {
  const nodes = listObjects(parseObject(graphText), 'nodes');
  return nodes.flatMap(({ data }) => (isJsonObject(data) ? listObjects(data, 'targets') : []));
}

function listObjects(holder: JsonObject, key: string): readonly JsonObject[] {
  const held = holder[key];
  return isJsonObject(held) ? Object.values(held).filter(isJsonObject) : [];
}

function parseObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}
