import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { version } from './version.ts';

/** A Larder that was built anew may answer differently under the same version. */
export function describeBuild(): string {
  const stats = statSync(fileURLToPath(import.meta.url), { throwIfNoEntry: false });
  return `${version} ${stats?.mtimeMs ?? 0} ${stats?.size ?? 0}`;
}
