import { rmSync, statSync, truncateSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openTestCache } from '../fixtures/test-cache.ts';
import { createWorkspace } from '../fixtures/workspace.ts';

test('what packs to almost nothing comes back', async () => {
  using workspace = createWorkspace();
  const { store, restore, troubles } = openTestCache(workspace);
  workspace.write({ 'web/dist/disk.img': '' });
  truncateSync(workspace.absolute('web/dist/disk.img'), 300_000_000);
  const stored = await store('a');
  expect(stored.kind === 'stored' && stored.sizeBytes).toBeLessThan(20_000);
  rmSync(workspace.absolute('web/dist'), { recursive: true });
  expect(await restore('a')).toMatchObject({ kind: 'restored' });
  expect(statSync(workspace.absolute('web/dist/disk.img')).size).toBe(300_000_000);
  expect(troubles).toEqual([]);
});
