import { chmodSync, cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layeredWorkspace, makeFolder } from './support/make-workspace.ts';
import { larder } from './support/run-larder.ts';

test('two checkouts in different folders, locales, time zones and umasks have the same hashes', async () => {
  const first = layeredWorkspace({
    'packages/core/src/ä.txt': 'umlaut',
    'packages/core/src/Z.txt': 'Z',
    'packages/core/src/a.txt': 'a',
  });
  const second = join(makeFolder(), 'deeper', 'elsewhere');
  cpSync(first, second, { recursive: true });
  makePrivate(second);
  const a = await dryRun(first, { LANG: 'C', LC_ALL: 'C', TZ: 'UTC' });
  const b = await dryRun(second, { LANG: 'tr_TR.UTF-8', LC_ALL: 'sv_SE.UTF-8', TZ: 'Asia/Kathmandu', HOME: second });
  expect(a.length).toBe(3);
  expect(b).toEqual(a);
});

/** As a checkout under `umask 077` leaves them. */
function makePrivate(root: string): void {
  const entries = readdirSync(join(root, 'packages'), { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) chmodSync(join(entry.parentPath, entry.name), 0o600);
}

async function dryRun(
  root: string,
  env: Readonly<Record<string, string>>,
): Promise<readonly (readonly [string, string])[]> {
  const { stdout } = await larder(root, ['run-many', '-t', 'build', '--dry-run=json'], { env });
  const { v, tasks } = JSON.parse(stdout) as { v: number; tasks: { id: string; hash: string }[] };
  expect(v).toBe(1);
  return tasks.map((task) => [task.id, task.hash] as const);
}
