import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject, Task } from '@larder/core';
import { createTask } from '@larder/core/fixtures';
import type { TaskOverrides } from '@larder/core/fixtures';
import { afterAll, expect, test } from 'vitest';
import { ExecutorFixture } from '../fakes/executor-fixture.ts';
import { runScript } from './run-script.ts';

const fixture = new ExecutorFixture();
afterAll(() => fixture.remove());
mkdirSync(join(fixture.root, 'packages/web'), { recursive: true });

const scriptTask = (metadata: JsonObject, overrides: TaskOverrides = {}): Task =>
  createTask('web:build', {
    definition: { metadata },
    options: { script: 'build' },
    ...overrides,
  });

test('a script runs in the folder of its project', async () => {
  const end = await fixture.start(runScript, scriptTask({ scriptContent: 'pwd' })).ended;
  expect(end).toEqual({ exitCode: 0, detail: null, output: `${fixture.root}/packages/web\n` });
});

test('arguments arrive unchanged, and only at the script itself', async () => {
  const metadata = { preScriptContent: 'echo pre', scriptContent: `printf '%s|'`, postScriptContent: 'echo post' };
  const task = scriptTask(metadata, { args: ['a b', "it's", '$HOME'] });
  expect((await fixture.start(runScript, task).ended).output).toBe("pre\na b|it's|$HOME|post\n");
  expect(runScript.describe(task)).toBe(`printf '%s|' 'a b' 'it'\\''s' '$HOME'`);
});

test('each stage knows its own name, as npm tells it', async () => {
  const echo = 'echo $npm_lifecycle_event: $npm_lifecycle_script';
  const metadata = { preScriptContent: `${echo} 1`, scriptContent: `${echo} 2` };
  const { output } = await fixture.start(runScript, scriptTask(metadata)).ended;
  expect(output).toBe(`prebuild: ${echo} 1 1\nbuild: ${echo} 2 2\n`);
});

test('a stage that fails ends the task with its exit code', async () => {
  const metadata = { preScriptContent: 'exit 4', scriptContent: 'echo never' };
  await expect(fixture.start(runScript, scriptTask(metadata)).ended).resolves.toEqual({
    exitCode: 4,
    detail: null,
    output: '',
  });
});

test('stopped in its first stage it starts no other', async () => {
  const metadata = { preScriptContent: 'echo up; exec sleep 60', scriptContent: 'echo never' };
  const task = fixture.start(runScript, scriptTask(metadata));
  await task.printed('up');
  await task.running.stop();
  await expect(task.ended).resolves.toMatchObject({ exitCode: 143, detail: 'ended by SIGTERM', output: 'up\n' });
});

test('a continuous script is ready when it has started, and not while its first stage runs', async () => {
  const metadata = { preScriptContent: 'echo preparing', scriptContent: 'echo serving; exec sleep 60' };
  const task = fixture.start(runScript, scriptTask(metadata, { continuous: true }));
  await task.running.ready;
  await task.printed('serving');
  await task.running.stop();
  expect((await task.ended).output).toBe('preparing\nserving\n');
});

test('a script that is not there fails with its name', async () => {
  const end = await fixture.start(runScript, scriptTask({})).ended;
  expect(end).toMatchObject({ exitCode: 1, detail: 'the project web has no package.json script "build"' });
});

test('a program that is not there fails as in a shell', async () => {
  const end = await fixture.start(runScript, scriptTask({ scriptContent: 'no-such-program' })).ended;
  expect(end.exitCode).toBe(127);
  expect(end.output).toContain('no-such-program');
});
