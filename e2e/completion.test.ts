import { execFileSync, spawnSync } from 'node:child_process';
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

/** Why a test of this shell is left out; null where the shell is there. */
function missing(shell: string): string | null {
  return spawnSync(shell, ['--version']).status === 0 ? null : `${shell} is not installed`;
}

/** What zsh's completion system would be handed at the end of these words; `:` is escaped in values. */
function completeInZsh(root: string, ...words: readonly string[]): readonly string[] {
  const script = `
    compdef() { [[ $1 == _larder && $2 == larder ]] || print -r -- "not defined for larder" }
    _describe() { print -rl -- "\${(@P)2}" }
    source <(larder completion zsh)
    words=("$@") CURRENT=$#
    _larder`;
  return runShell(root, 'zsh', ['-f', '-c', script, 'zsh', ...words]);
}

function completeInFish(root: string, line: string): readonly string[] {
  return runShell(root, 'fish', ['--no-config', '-c', 'larder completion fish | source; complete -C $argv[1]', line]);
}

function runShell(root: string, shell: string, args: readonly string[]): readonly string[] {
  const env = { ...cleanEnv(), PATH: `${join(repositoryRoot, 'tools')}:${process.env['PATH']}`, HOME: root };
  const output = execFileSync(shell, args, { cwd: root, env, encoding: 'utf8' });
  return output
    .split('\n')
    .filter((line) => line !== '')
    .toSorted();
}

const scoped = {
  'packages/web/package.json': { name: '@acme/web', version: '1.0.0', scripts: { 'build:fast': 'true' } },
};

for (const shell of ['zsh', 'fish'] as const) {
  const reason = missing(shell);
  const title = reason === null ? '' : ` (left out: ${reason})`;
  test.skipIf(reason !== null)(
    `${shell} completes commands, targets, projects and tasks, scoped ones too${title}`,
    () => {
      const root = layeredWorkspace(scoped);
      const complete = (line: string): readonly string[] =>
        shell === 'zsh' ? completeInZsh(root, ...line.split(' ')) : completeInFish(root, line);
      const said = (value: string, description: string): string =>
        shell === 'zsh' ? `${value.replaceAll(':', '\\:')}:${description}` : `${value}\t${description}`;
      expect(complete('larder run-')).toEqual([said('run-many', 'run targets on all projects, or on those selected')]);
      expect(complete('larder run-many -t bui')).toEqual([
        said('build', 'in 3 projects'),
        said('build:fast', 'in 1 project'),
      ]);
      expect(complete('larder run-many -t build -p u')).toEqual([said('ui', 'packages/ui')]);
      expect(complete('larder show project @')).toEqual([said('@acme/web', 'packages/web')]);
      expect(complete('larder why @acme/web:')).toEqual([said('@acme/web:build:fast', 'nx:run-script')]);
      expect(complete('larder watch --filt')).toEqual([
        said('--filter', "projects in Turborepo's grammar, such as web... or ...[main]; repeatable"),
      ]);
      expect(complete('larder run core:build -- --')).toEqual([]);
    },
  );
}

test('in a broken workspace completion offers what it can and says nothing', async () => {
  const root = layeredWorkspace();
  writeFiles(root, { 'nx.json': '{' });
  expect(await larder(root, ['complete', '--', 'run-many', '-t', ''])).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  expect((await larder(root, ['complete', '--', 'comp'])).stdout).toContain('completion\t');
  expect(await larder(root, ['completion', 'tcsh'])).toMatchObject({ exitCode: 2 });
});
