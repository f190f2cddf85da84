import { parseBerryLockfile } from './parse-berry-lockfile.ts';
import { parseClassicLockfile } from './parse-classic-lockfile.ts';
import type { LockfileResult, LockfileText } from './parsed-lockfile.ts';

/** Two formats share the name `yarn.lock`: yarn 1 has its own syntax, later ones write YAML with `__metadata`. */
export async function parseYarnLockfile(input: LockfileText): Promise<LockfileResult> {
  return /^__metadata:/m.test(input.text) ? parseBerryLockfile(input) : parseClassicLockfile(input);
}
