import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject, Task } from '@larder/core';
import { createTask } from '@larder/core/fixtures';
import type { TaskOverrides } from '@larder/core/fixtures';
import { afterAll, describe, expect, test } from 'vitest';
import { ExecutorFixture } from '../fakes/executor-fixture.ts';
import type { ExecutedTask } from '../fakes/executor-fixture.ts';
import { runCommands } from './run-commands.ts';

const fixture = new ExecutorFixture();
afterAll(() => fixture.remove());
mkdirSync(join(fixture.root, 'packages/web/node_modules/.bin'), { recursive: true });

const commandsTask = (options: JsonObject, overrides: TaskOverrides = {}): Task =>
  createTask('web:go', { options, ...overrides });
const start = (options: JsonObject, overrides: TaskOverrides = {}): ExecutedTask =>
  fixture.start(runCommands, commandsTask(options, overrides));
const outputOf = async (options: JsonObject, overrides: TaskOverrides = {}): Promise<string> =>
  (await start(options, overrides).ended).output;

describe('where and with what', () => {
  test('the workspace root is the folder unless another is named', async () => {
    await expect(outputOf({ command: 'pwd' })).resolves.toBe(`${fixture.root}\n`);
    await expect(outputOf({ command: 'pwd', cwd: 'packages/web' })).resolves.toBe(`${fixture.root}/packages/web\n`);
    await expect(outputOf({ command: 'pwd', cwd: '/' })).resolves.toBe('/\n');
  });

  test('tools of the folder are found without their path', async () => {
    const tool = join(fixture.root, 'packages/web/node_modules/.bin/our-tool');
    writeFileSync(tool, '#!/bin/sh\necho ours');
    chmodSync(tool, 0o755);
    await expect(outputOf({ command: 'our-tool', cwd: 'packages/web' })).resolves.toBe('ours\n');
  });

  test('"env" wins over the environment of the task, and that over the file, as in Nx', async () => {
    writeFileSync(join(fixture.root, '.env.go'), 'A=file\nB=file\n# comment\nC="two words"\n');
    const options = { command: 'echo $A $B $C $D', envFile: '.env.go', env: { A: 'option' } };
    const task = fixture.start(runCommands, commandsTask(options), { A: 'task', B: 'task', D: 'task' });
    expect((await task.ended).output).toBe('option task two words task\n');
  });

  test('"env" sets no PATH, as in Nx', async () => {
    await expect(outputOf({ command: 'echo "$PATH"', env: { PATH: '/nowhere' } })).resolves.not.toContain('nowhere');
  });

  test('a file of variables that is not there fails the task', async () => {
    const end = await start({ command: 'true', envFile: '.env.gone' }).ended;
    expect(end.exitCode).toBe(1);
    expect(end.detail).toContain('.env.gone');
  });

  test('"color" asks the command for colours', async () => {
    await expect(outputOf({ command: 'echo $FORCE_COLOR', color: true })).resolves.toBe('true\n');
  });

  test('options that are not known become arguments', async () => {
    const options = { command: `printf '%s|'`, level: 2, watch: false, nested: {} };
    await expect(outputOf(options, { args: ['a b'] })).resolves.toBe('--level=2|--watch=false|a b|');
  });
});

describe('several commands', () => {
  test('one after another, in order, up to the first that fails', async () => {
    const end = await start({ commands: ['echo 1', 'echo 2; exit 5', 'echo 3'], parallel: false }).ended;
    expect(end).toEqual({ exitCode: 5, detail: null, output: '1\n2\n' });
  });

  test('at the same time, when nothing else is said', async () => {
    const pipe = join(fixture.root, 'pipe');
    const commands = [`mkfifo ${pipe} 2>/dev/null; cat ${pipe}`, `mkfifo ${pipe} 2>/dev/null; echo met > ${pipe}`];
    await expect(outputOf({ commands })).resolves.toBe('met\n');
  });

  test('the first that fails ends the others', async () => {
    const end = await start({ commands: ['sleep 60', 'exit 3'] }).ended;
    expect(end).toMatchObject({ exitCode: 3, detail: null });
  });

  test('are told apart by their prefixes, in whole lines', async () => {
    const commands = [{ command: 'printf one; printf "more\\n\\nlast"', prefix: '[a]' }];
    await expect(outputOf({ commands })).resolves.toBe('[a] onemore\n\n[a] last');
  });

  test('colours are written only where colours are wanted', async () => {
    const commands = [{ command: 'echo x', prefix: 'a', color: 'red' }];
    await expect(outputOf({ commands })).resolves.toBe('a x\n');
    await expect(outputOf({ commands, color: true })).resolves.toContain('\u001B[31m');
  });

  test('none at all is a success', async () => {
    await expect(start({ commands: [] }).ended).resolves.toMatchObject({ exitCode: 0 });
  });
});

describe('"readyWhen"', () => {
  const serve = `printf 'listen'; sleep 0.05; printf 'ing\\n'; echo up; exec sleep 60`;

  test('makes a continuous task ready when the text has appeared, however it was cut', async () => {
    const task = start({ command: serve, readyWhen: 'listening' }, { continuous: true });
    await task.running.ready;
    await task.printed('up');
    await task.running.stop();
    await expect(task.ended).resolves.toMatchObject({ exitCode: 143 });
  });

  test('is found with colours in between', async () => {
    const command = `printf 'Local:\\033[32m http\\033[0m\\n'; exec sleep 60`;
    const task = start({ command, readyWhen: ['Local: http'] }, { continuous: true });
    await expect(task.running.ready).resolves.toBeUndefined();
    await task.running.stop();
  });

  test('ends any other task with success, and what it started goes on', async () => {
    const task = start({ command: serve, readyWhen: 'listening' });
    await expect(task.ended).resolves.toMatchObject({ exitCode: 0 });
    await task.printed('up');
    await task.running.stop();
  });

  test('that never appears is a failure that names it', async () => {
    const end = await start({ commands: ['echo hello'], readyWhen: ['hello', 'listening'] }).ended;
    expect(end).toMatchObject({ exitCode: 1, detail: 'ended before it printed the text of "readyWhen": "listening"' });
  });

  test('needs commands that run at the same time', async () => {
    const end = await start({ commands: ['echo 1', 'echo 2'], parallel: false, readyWhen: '1' }).ended;
    expect(end.detail).toContain('"parallel": true');
  });
});

test('options without a command fail with a reason', async () => {
  const end = await start({ commands: [{ run: 'x' }] }).ended;
  expect(end).toMatchObject({ exitCode: 1, detail: 'its options have neither "command" nor "commands"' });
});

test('a task is described by its command lines', () => {
  expect(runCommands.describe(commandsTask({ commands: ['a', 'b'], parallel: false }, { args: ['--x'] }))).toBe(
    'a --x && b --x',
  );
});
