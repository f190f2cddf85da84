import { tmpdir } from 'node:os';
import type { Reporter, TaskId } from '@larder/core';
import type { TaskOverrides } from '@larder/core/fixtures';
import { describe, expect, test } from 'vitest';
import { builtinExecutors } from '../executors/builtin-executors.ts';
import { RunFixture, hashOf } from '../fakes/run-fixture.ts';
import type { Scenario } from '../fakes/run-fixture.ts';
import { createSpawnProcess } from '../process/spawn-process.ts';
import { RunControl } from './run-control.ts';

const ask = 'a:ask' as TaskId;
const asks = 'echo name?; read name; echo "hello $name"';

function command(line: string, overrides: TaskOverrides = {}): TaskOverrides {
  return { definition: { executor: 'nx:run-commands' }, options: { command: line }, ...overrides };
}

function fixtureOf(control: RunControl, scenario: Scenario): RunFixture {
  const ports = {
    executors: builtinExecutors,
    spawn: createSpawnProcess({ stopGraceMs: 200, outputDrainMs: 200, guard: null }),
    workspaceRootAbsolute: tmpdir(),
    envFor: () => ({ PATH: process.env.PATH ?? '' }),
    control,
  };
  return new RunFixture({ ...scenario, ports });
}

/** Calls back the first time that a task has printed each of the texts. */
function whenPrinted(acts: Readonly<Record<string, () => void>>): Reporter {
  const open = new Map(Object.entries(acts));
  return {
    onEvent: (event) => {
      if (event.type !== 'task-output') return;
      for (const [text, act] of open) {
        if (!event.text.includes(text)) continue;
        open.delete(text);
        queueMicrotask(act);
      }
    },
    close: async () => {},
  };
}

function printed(fixture: RunFixture): string {
  return fixture
    .of('task-output')
    .map(({ text }) => text)
    .join('');
}

describe.runIf(process.platform !== 'win32')('a task that reads its input', () => {
  test('finds it empty as long as nobody asks for more, and so never waits', async () => {
    const control = new RunControl();
    const answers: string[] = [];
    const fixture = fixtureOf(control, {
      tasks: { [ask]: [] },
      overrides: { [ask]: command('echo reading; cat; echo read; sleep 0.2') },
      reporters: [whenPrinted({ read: () => answers.push(control.write(ask, 'x\n')) })],
    });
    expect(await fixture.runInRealTime()).toMatchObject({ exitCode: 0 });
    expect(answers).toEqual(['no-input']);
    expect(fixture.of('task-started')[0]).not.toHaveProperty('takesInput');
    expect(fixture.cache.entries.has(hashOf(ask))).toBe(true);
  });

  test('gets what is typed once it was restarted for that, and is stored in no cache', async () => {
    const control = new RunControl();
    let count = 0;
    const fixture = fixtureOf(control, {
      tasks: { [ask]: [] },
      overrides: { [ask]: command(`${asks}; [ -n "$name" ] || exec sleep 60`) },
      reporters: [
        whenPrinted({ 'hello \n': () => control.restart(ask, { withInput: true }) }),
        {
          onEvent: (event) => {
            if (event.type === 'task-output' && event.text.includes('name?') && ++count === 2)
              queueMicrotask(() => control.write(ask, 'Ada\n'));
          },
          close: async () => {},
        },
      ],
    });
    const result = await fixture.runInRealTime();
    expect(result.outcomes.get(ask)).toMatchObject({ kind: 'executed', attempts: 1 });
    expect(printed(fixture)).toContain('hello Ada\n');
    expect(fixture.of('task-started').map(({ takesInput }) => takesInput)).toEqual([undefined, true]);
    expect(fixture.of('task-settled')[0]?.hash).toBe(null);
    expect(fixture.cache.entries.size).toBe(0);
  });

  test('that has failed for lack of an answer is run again with one, which is no flake', async () => {
    const control = new RunControl();
    const fixture = fixtureOf(control, {
      tasks: { [ask]: [], 'z:long': [] },
      overrides: { [ask]: command(`${asks}; [ -n "$name" ]`), 'z:long': command('exec sleep 60') },
      reporters: [
        {
          onEvent: (event) => {
            if (event.type === 'task-settled' && event.task === ask) {
              const isFirst = event.outcome.kind === 'failed';
              queueMicrotask(() => {
                if (isFirst) control.restart(ask, { withInput: true });
                else control.stop('z:long' as TaskId);
              });
            }
            if (event.type === 'task-started' && event.takesInput === true) {
              queueMicrotask(() => control.write(ask, 'Ada\n'));
            }
          },
          close: async () => {},
        },
      ],
    });
    const result = await fixture.runInRealTime();
    expect(result.outcomes.get(ask)).toMatchObject({ kind: 'executed', attempts: 1 });
    expect(fixture.cache.entries.size).toBe(0);
  });

  test('waits from the start where its target says that it asks, and is stored where nobody had to answer', async () => {
    const control = new RunControl();
    const definition = { executor: 'nx:run-commands', interactive: true as const };
    const fixture = fixtureOf(control, {
      tasks: { [ask]: [], 'b:quiet': [] },
      overrides: {
        [ask]: { ...command(asks), definition },
        'b:quiet': { ...command('true'), definition },
      },
      reporters: [whenPrinted({ 'name?': () => control.write(ask, 'Ada\n') })],
    });
    expect(await fixture.runInRealTime()).toMatchObject({ exitCode: 0 });
    expect(printed(fixture)).toContain('hello Ada');
    expect([...fixture.cache.entries.keys()]).toEqual([hashOf('b:quiet')]);
  });

  test('finds its end when a person says so', async () => {
    const control = new RunControl();
    const fixture = fixtureOf(control, {
      tasks: { [ask]: [] },
      overrides: { [ask]: command('echo reading; cat; echo done', { continuous: true, requested: true }) },
      reporters: [
        whenPrinted({
          reading: () => {
            control.write(ask, 'typed\n');
            control.endInput(ask);
          },
        }),
      ],
    });
    expect(await fixture.runInRealTime()).toMatchObject({ exitCode: 0 });
    expect(printed(fixture)).toBe('reading\ntyped\ndone\n');
  });

  test('makes what was built on it uncacheable too, neither stored nor restored', async () => {
    const control = new RunControl();
    const fixture = fixtureOf(control, {
      tasks: { 'b:use': [ask], 'c:use': ['b:use'] },
      overrides: { [ask]: command(asks), 'b:use': command('true'), 'c:use': command('true') },
      reporters: [
        whenPrinted({ 'name?': () => control.restart(ask, { withInput: true }) }),
        {
          onEvent: (event) => {
            if (event.type === 'task-started' && event.takesInput === true) {
              queueMicrotask(() => control.write(ask, 'Ada\n'));
            }
          },
          close: async () => {},
        },
      ],
    });
    fixture.cache.entries.set(hashOf('c:use'), { terminalOutput: new Uint8Array(0), durationMs: 1 });
    const result = await fixture.runInRealTime();
    expect(result).toMatchObject({ exitCode: 0, totals: { executed: 3 } });
    expect([...fixture.cache.entries.keys()]).toEqual([hashOf('c:use')]);
    expect(fixture.of('task-looked-up').at(-1)?.result).toMatchObject({
      reason: 'a task that it depends on was typed to',
    });
  });

  test('a server that is typed to leaves what runs on it uncached', async () => {
    const control = new RunControl();
    const serve = 'a:serve' as TaskId;
    const fixture = fixtureOf(control, {
      tasks: { 'a:e2e': [serve] },
      overrides: {
        [serve]: command('echo up; while read line; do echo "got $line"; done', { continuous: true }),
        'a:e2e': command('echo testing; sleep 0.3'),
      },
      reporters: [whenPrinted({ testing: () => control.write(serve, 'rs\n') })],
    });
    expect(await fixture.runInRealTime()).toMatchObject({ exitCode: 0 });
    expect(printed(fixture)).toContain('got rs');
    expect(fixture.cache.entries.size).toBe(0);
  });
});
