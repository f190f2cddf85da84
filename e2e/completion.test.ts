import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layeredWorkspace, writeFiles } from './support/make-workspace.ts';
import { cleanEnv, larder, repositoryRoot } from './support/run-larder.ts';

/** What bash would offer at the end of the line. */
function completeInBash(root: string, line: string): readonly string[] {
  const script = `
    source <(larder completion bash)
    COMP_LINE="$1" COMP_POINT=\${#1}
    _larder
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { ...cleanEnv(), PATH: `${join(repositoryRoot, 'tools')}:${process.env['PATH']}` };
  const output = execFileSync('bash', ['-c', script, 'bash', line], { cwd: root, env, encoding: 'utf8' });
  return output.split('\n').filter((word) => word !== '');
}

test('bash completes commands, targets, projects and tasks', () => {
  const root = layeredWorkspace();
  expect(completeInBash(root, 'larder run-')).toEqual(['run-many']);
  expect(completeInBash(root, 'larder run-many -t ')).toEqual(['build', 'test']);
  expect(completeInBash(root, 'larder run-many -t build -p u')).toEqual(['ui']);
  // Bash has cut the word at the colon, and replaces what follows it.
  expect(completeInBash(root, 'larder why core:')).toEqual(['build', 'test']);
});

test('in a broken workspace completion offers what it can and says nothing', async () => {
  const root = layeredWorkspace();
  writeFiles(root, { 'nx.json': '{' });
  expect(await larder(root, ['complete', '--', 'run-many', '-t', ''])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  expect((await larder(root, ['complete', '--', 'comp'])).stdout).toContain('completion\t');
  expect(await larder(root, ['completion', 'tcsh'])).toMatchObject({ exitCode: 2 });
});
