import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findObstacle } from './find-obstacle.ts';

function obstacleIn(files: Readonly<Record<string, string>>): string | null {
  const root = mkdtempSync(join(tmpdir(), 'larder-nx-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return findObstacle(root, {});
}

const watching = { '.nx/workspace-data/d/server-process.json': JSON.stringify({ processId: process.pid }) };

test('a folder that nobody ignores is not made while Nx’s daemon watches', () => {
  expect(obstacleIn(watching)).toContain('.gitignore');
  expect(obstacleIn({ ...watching, '.gitignore': 'node_modules\n.larderx\n# .larder\n' })).not.toBeNull();
});

test.each([
  ['.gitignore', 'node_modules\n.larder\n'],
  ['.gitignore', 'node_modules\r\n/.larder/\r\ndist'],
  ['.nxignore', '.larder'],
  ['.larder/.gitignore', '*\n'],
])('one that %s ignores is', (name, text) => {
  expect(obstacleIn({ ...watching, [name]: text })).toBeNull();
});

test.each([
  ['no daemon was started', {}],
  ['it is gone', { '.nx/workspace-data/d/server-process.json': '{"processId":4194304}' }],
  ['its record is half written', { '.nx/workspace-data/d/server-process.json': '{"proc' }],
])('nothing is in the way where %s', (_, files) => {
  expect(obstacleIn(files as Record<string, string>)).toBeNull();
});
