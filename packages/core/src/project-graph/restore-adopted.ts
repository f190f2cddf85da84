import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';

/** The executor with which `@larder/nx` lets Nx hand tasks over. */
const adoptingExecutor = '@larder/nx:run';

/**
 * What a target runs that `@larder/nx:adopt` rewrote for Nx: its own executor stands in `metadata.larder`, and Nx's
 * cache is off because Larder's is on. Any other target is returned as it is.
 */
export function restoreAdopted(target: JsonObject): JsonObject {
  if (target['executor'] !== adoptingExecutor || !isJsonObject(target['metadata'])) return target;
  const { larder, ...metadata } = target['metadata'];
  if (!isJsonObject(larder) || typeof larder['executor'] !== 'string') return target;
  return { ...target, executor: larder['executor'], cache: true, metadata };
}
