import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { planWorkspace } from './plan-workspace.ts';
import { writeWorkspace } from './write-workspace.ts';

function writeAnywhere(): string {
  const root = mkdtempSync(join(tmpdir(), 'larder-bench-test-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeWorkspace(root, planWorkspace({ projects: 3, files: 2 }), [{ path: 'turbo.json', text: '{}\n' }]);
  return root;
}

function git(root: string, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' });
}

test('two workspaces of one size are the same commit', () => {
  const [one, other] = [writeAnywhere(), writeAnywhere()];
  expect(git(one, 'rev-parse', 'main')).toBe(git(other, 'rev-parse', 'main'));
});

test('a workspace has history, and everything in it is committed', () => {
  const root = writeAnywhere();
  expect(git(root, 'log', '--format=%s').trim().split('\n')).toEqual(['Add the others', 'Add the first projects']);
  expect(git(root, 'status', '--porcelain')).toBe('');
  expect(git(root, 'ls-files').split('\n')).toEqual(expect.arrayContaining(['turbo.json', 'build.sh']));
});
