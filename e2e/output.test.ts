import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layeredWorkspace } from './support/make-workspace.ts';
import { larder } from './support/run-larder.ts';

/** `ui` fails as tsc does; what depends on it is skipped. */
function brokenWorkspace(): string {
  return layeredWorkspace({
    'packages/ui/src/a.ts': 'export {};\n',
    'packages/ui/package.json': {
      name: 'ui',
      version: '1.0.0',
      scripts: { build: `echo 'src/a.ts(1,8): error TS1005: expected ;' && exit 2` },
      dependencies: { core: '1.0.0' },
    },
  });
}

const buildAll = ['run-many', '-t', 'build'];

test('in CI a task is one line, and failures stand in full before the summary', async () => {
  const { stdout, exitCode } = await larder(brokenWorkspace(), buildAll, { env: { CI: 'true' } });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^✔ core:build {2}executed in .+\n✖ ui:build {2}failed with exit code 2/);
  expect(stdout).not.toContain('built core');
  const [, failure = ''] = stdout.split('\n\n');
  expect(failure).toMatch(/^✖ ui:build .+\n\$ .+\nsrc\/a\.ts\(1,8\): error TS1005: expected ;$/);
  expect(stdout).not.toContain('::error');
});

test('GitHub is told the file from its own root, and gets a page for the job', async () => {
  const root = brokenWorkspace();
  const page = join(root, 'summary.log');
  const env = { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: root, GITHUB_STEP_SUMMARY: page };
  const run = await larder(root, buildAll, { env });
  expect(run.stdout).toContain('::error file=packages/ui/src/a.ts,line=1,col=8,title=ui%3Abuild::TS1005: expected ;\n');
  expect(readFileSync(page, 'utf8')).toMatch(
    /^### ❌ larder run-many[^]+\| hit rate \| [^]+<details><summary>ui:build/,
  );
  const folded = await larder(root, [...buildAll, '--output-style', 'static', '--skip-cache'], { env });
  expect(folded.stdout).toMatch(/::group::✔ core:build {2}executed in .+\nbuilt core\n::endgroup::\n/);
  expect(folded.stdout).not.toContain('::group::✖');
});

test('GitLab gets sections', async () => {
  const env = { CI: 'true', GITLAB_CI: 'true' };
  const { stdout } = await larder(brokenWorkspace(), [...buildAll, '--output-style', 'static'], { env });
  expect(stdout).toMatch(/section_start:\d+:[\w.-]+\[collapsed=true\]\r\u001B\[0K✔ core:build/);
});

test('a page that cannot be written does not hurt the run', async () => {
  const root = layeredWorkspace();
  const env = { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(root, 'no', 'such', 'folder') };
  const { exitCode, stdout } = await larder(root, buildAll, { env });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('✔ 3 tasks succeeded');
  expect(existsSync(join(root, 'no'))).toBe(false);
});

test('an unknown style is answered with those that there are', async () => {
  const { exitCode, stderr } = await larder(layeredWorkspace(), [...buildAll, '--output-style', 'fancy']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Give tui, stream, static, static-failures or ndjson.');
});
