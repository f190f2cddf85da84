import { tmpdir } from 'node:os';
import type { Reporter } from '@larder/core';
import type { TaskOverrides } from '@larder/core/fixtures';
import { describe, expect, test } from 'vitest';
import { builtinExecutors } from '../executors/builtin-executors.ts';
import { RunFixture } from '../fakes/run-fixture.ts';
import { readProcessTable } from '../process/process-table.ts';
import { createSpawnProcess } from '../process/spawn-process.ts';

const command = (line: string, overrides: TaskOverrides = {}): TaskOverrides => ({
  definition: { executor: 'nx:run-commands' },
  options: { command: line },
  ...overrides,
});
const ports = {
  executors: builtinExecutors,
  spawn: createSpawnProcess({ stopGraceMs: 200, outputDrainMs: 200, guard: null }),
  workspaceRootAbsolute: tmpdir(),
  envFor: () => ({ PATH: process.env.PATH ?? '' }),
};

/** Calls back when a task has printed a text. */
const whenPrinted = (text: string, act: () => void): Reporter => ({
  onEvent: (event) => {
    if (event.type === 'task-output' && event.text.includes(text)) act();
  },
  close: () => Promise.resolve(),
});

const outputOf = (fixture: RunFixture): string =>
  fixture
    .of('task-output')
    .map(({ text }) => text)
    .join('');

describe.runIf(process.platform === 'linux')('a run of real processes', () => {
  test('runs command lines and keeps what they print', async () => {
    const overrides = { 'a:go': command('echo één') };
    const fixture = new RunFixture({ tasks: { 'a:go': [] }, overrides, ports });
    await expect(fixture.runInRealTime()).resolves.toMatchObject({ exitCode: 0, totals: { executed: 1 } });
    expect(outputOf(fixture)).toBe('één\n');
    expect(
      [...fixture.cache.entries.values()].map(({ terminalOutput }) => Buffer.from(terminalOutput).toString()),
    ).toEqual(['één\n']);
  });

  test('says what the processes of a task took, and nothing where none ran', async () => {
    const burn = `"${process.execPath}" -e 'while (process.cpuUsage().user < 60000) Math.random()'`;
    const overrides = { 'a:go': command(burn), 'b:go': { definition: { executor: 'nx:noop' } } };
    const fixture = new RunFixture({ tasks: { 'b:go': ['a:go'] }, overrides, ports });
    await fixture.runInRealTime();
    const [measured, empty] = fixture.of('task-settled');
    expect(measured?.usage?.cpuMs).toBeGreaterThanOrEqual(60);
    expect(empty).not.toHaveProperty('usage');
  });

  test('interrupted, leaves no process behind, and starts nothing more', async () => {
    const stubborn = `trap '' TERM; echo pid=$$; while :; do sleep 0.02; done`;
    const overrides = {
      'a:go': command(`sh -c "${stubborn.replaceAll('$', '\\$')}" & echo pid=$$; wait`),
      'b:go': command('echo never'),
    };
    const reporters = [whenPrinted('pid=', () => setImmediate(() => fixture.abort.abort()))];
    const fixture: RunFixture = new RunFixture({ tasks: { 'b:go': ['a:go'] }, overrides, ports, reporters });
    await expect(fixture.runInRealTime()).resolves.toMatchObject({ exitCode: 130, totals: { cancelled: 2 } });
    const pids = new Set([...outputOf(fixture).matchAll(/pid=(\d+)/g)].map(([, pid]) => Number(pid)));
    expect(pids.size).toBeGreaterThan(0);
    expect((readProcessTable() ?? []).filter(({ pid, zombie }) => pids.has(pid) && !zombie)).toEqual([]);
    expect(outputOf(fixture)).not.toContain('never');
  });

  test('stops a server when the test that needed it is done', async () => {
    const overrides = {
      'web:serve': command('echo listening; exec sleep 60', {
        continuous: true,
        options: { command: 'echo listening; exec sleep 60', readyWhen: 'listening' },
      }),
      'web:e2e': command('echo tested', { requested: true }),
    };
    const fixture = new RunFixture({ tasks: { 'web:e2e': ['web:serve'] }, overrides, ports });
    await expect(fixture.runInRealTime()).resolves.toMatchObject({ exitCode: 0, totals: { executed: 2 } });
    expect(fixture.outcomes()).toEqual({ 'web:e2e': 'executed', 'web:serve': 'executed' });
  });
});
