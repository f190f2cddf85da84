import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readDaemonSettings } from './daemon-settings.ts';

test('what nx.json extends counts for the daemon as it does for a run', () => {
  const root = mkdtempSync(join(tmpdir(), 'larder-daemon-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  writeFileSync(join(root, 'nx.json'), '{ "extends": "./base.json" }');
  writeFileSync(
    join(root, 'base.json'),
    '{ "larder": { "cache": { "maxSize": "3MB" }, "remote": { "url": "https://cache.example" } } }',
  );
  const settings = readDaemonSettings(root, {});
  expect(settings.upstream?.url).toMatch(/^https:\/\/cache\.example/);
  expect(settings.maxDiskBytes).toBe(3_000_000);
});
