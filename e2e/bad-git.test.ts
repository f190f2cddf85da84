import { execFileSync, execSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitAll, git, layeredWorkspace, makeFolder, makeWorkspace, writeFiles } from './support/make-workspace.ts';
import { larder } from './support/run-larder.ts';

async function affected(root: string, ...args: readonly string[]) {
  return larder(root, ['affected', '-t', 'build', ...args]);
}

/** Does what the hint of a message says between backquotes. */
function follow(root: string, hint: string, env: NodeJS.ProcessEnv = process.env): void {
  const [, command = 'false'] = /`(git .+?|rm .+?)`/.exec(hint) ?? [];
  execSync(command, { cwd: root, env, stdio: 'pipe' });
}

test('a repository of another user is told in git’s words, and with what lets git read it', async ({ skip }) => {
  if (process.getuid?.() !== 0) skip('only root can give a folder away');
  const root = layeredWorkspace();
  const env = { HOME: makeFolder(), PATH: process.env['PATH'] };
  execFileSync('chown', ['-R', '65534:65534', root]);
  const run = await larder(root, ['affected', '-t', 'build'], { env });
  expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining('error[git-unusable]: git cannot use the')]);
  expect(run.stderr).toContain('detected dubious ownership');
  expect(run.stderr).toContain('hint: Give the folder to this user');
  follow(root, run.stderr, env);
  expect(await larder(root, ['affected', '-t', 'build'], { env })).toMatchObject({ exitCode: 0, stderr: '' });
});

test('without git on the PATH the message says so', async () => {
  const tools = makeFolder();
  for (const name of ['sh', 'dirname', 'readlink', 'uname']) {
    symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(tools, name));
  }
  symlinkSync(process.execPath, join(tools, 'node'));
  const run = await larder(layeredWorkspace(), ['affected', '-t', 'build'], { env: { PATH: tools } });
  expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining('git cannot be started: it is not on the')]);
  expect(run.stderr).toContain('hint: Install git');
});

test('a damaged index is named, and what is proposed mends it', async () => {
  const root = layeredWorkspace();
  writeFileSync(join(root, '.git/index'), 'no index '.repeat(20));
  const run = await affected(root);
  expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining('error[git-unusable]')]);
  follow(root, run.stderr);
  expect(await affected(root)).toMatchObject({ exitCode: 0, stderr: '' });
});

test('a worktree whose repository is gone is not called a folder without one', async () => {
  const root = layeredWorkspace();
  const worktree = join(makeFolder(), 'worktree');
  git(root, 'worktree', 'add', '-q', worktree, '-b', 'other');
  renameSync(join(root, '.git'), join(root, 'moved'));
  const run = await affected(worktree);
  expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining('error[git-unusable]')]);
  expect(run.stderr).toContain('git worktree repair');
});

test('a repository without commits says that there are none', async () => {
  const root = layeredWorkspace();
  rmSync(join(root, '.git'), { recursive: true });
  git(root, 'init', '-q', '-b', 'main');
  for (const args of [[], ['--base', 'HEAD'], ['--base', 'HEAD~1']]) {
    const run = await affected(root, ...args);
    expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining('error[no-commits]')]);
  }
});

test.each([
  ['a single branch', ['--single-branch']],
  ['one commit', ['--depth=1']],
])('a clone of %s is told how to fetch the base, and that works', async (_, args) => {
  const origin = layeredWorkspace();
  git(origin, 'checkout', '-q', '-b', 'feature');
  writeFiles(origin, { 'packages/core/src/index.txt': 'core v2\n' });
  commitAll(origin, 'second');
  const root = join(makeFolder(), 'clone');
  git(origin, 'clone', '-q', ...args, '-b', 'feature', `file://${encodeURI(origin)}`, root);
  const run = await affected(root);
  expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining("git does not know 'main'")]);
  follow(root, run.stderr);
  const again = await affected(root);
  expect([again.exitCode, again.stderr]).toEqual([0, '']);
});

test.each([
  ['HEAD^{tree}', "'HEAD^{tree}' is a tree, and no commit"],
  ['HEAD:package.json', "'HEAD:package.json' is a blob, and no commit"],
  ['package.json', "'package.json' is a file or folder, and no commit"],
  ['--upload-pack=x', 'hint: Give a commit, a branch or a tag'],
  ['main..HEAD', 'hint: Give a commit, a branch or a tag; the ends of a range go into --base and --head.'],
  ['', 'hint: Give a commit, a branch or a tag'],
])('what is no commit is no base, and is not proposed to be fetched: %j', async (base, message) => {
  const run = await affected(layeredWorkspace(), `--base=${base}`);
  expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(run.stderr).not.toContain('git fetch');
});

test('a tag, and a checkout without a branch, are as good as branches', async () => {
  const root = layeredWorkspace();
  git(root, 'tag', 'v1');
  git(root, 'checkout', '-q', '--detach');
  expect(await affected(root, '--base', 'v1')).toMatchObject({ exitCode: 0, stderr: '' });
});

test('a bare repository is no workspace', async () => {
  const bare = join(makeFolder(), 'bare');
  mkdirSync(bare);
  git(makeWorkspace({ 'larder.json': {} }), 'clone', '-q', '--bare', '.', bare);
  expect((await affected(bare)).stderr).toContain('error[no-workspace]');
});
