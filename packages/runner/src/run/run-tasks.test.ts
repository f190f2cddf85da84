import type { Executor, Reporter, TaskId, WorkspacePath } from '@larder/core';
import { describe, expect, test } from 'vitest';
import { FakeCache } from '../fakes/fake-cache.ts';
import { RunFixture, hashOf, type Scenario } from '../fakes/run-fixture.ts';
import type { ExecutionMarks } from './run-request.ts';

/** As one of a plugin may. */
const breakingExecutor: Executor = {
  name: '*',
  describe: () => 'breaks',
  start: () => ({
    ended: Promise.reject(new Error('broken')),
    ready: Promise.resolve(),
    stop: () => Promise.resolve(),
  }),
};

/** Marks that keep what was asked of them. */
function listenToMarks(): { readonly marks: ExecutionMarks; readonly heard: readonly string[] } {
  const heard: string[] = [];
  const begin = (task: TaskId) => {
    heard.push(`begin ${task}`);
    return { isShared: () => false, end: () => void heard.push(`end ${task}`) };
  };
  return { marks: { begin, disturb: () => {} }, heard };
}

const line = { 'app:build': ['lib:build'], 'lib:build': [] };

describe('a run without a cache entry', () => {
  test('executes dependencies before dependents and stores what succeeded', async () => {
    const fixture = new RunFixture({ tasks: line });
    const result = await fixture.run();
    expect(fixture.machine.started).toEqual(['lib:build', 'app:build']);
    expect(fixture.cache.log).toEqual([
      'miss lib:build',
      'store lib:build',
      'miss app:build',
      'store app:build',
      'drain',
    ]);
    expect(result).toMatchObject({ exitCode: 0, totals: { executed: 2, failed: 0 } });
    expect(result.durationsMs).toEqual(
      new Map([
        ['lib:build', 10],
        ['app:build', 10],
      ]),
    );
  });

  test('tells what happened in order, from the start of the run to its end', async () => {
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, behaviours: { 'a:build': { output: 'hello\n' } } });
    await fixture.run();
    expect(fixture.events.map(({ type }) => type)).toEqual([
      'run-started',
      'task-hashed',
      'task-looked-up',
      'task-started',
      'task-output',
      'task-settled',
      'run-finished',
    ]);
    expect(fixture.of('task-settled')[0]).toMatchObject({
      hash: hashOf('a:build'),
      outcome: { kind: 'executed', durationMs: 10, attempts: 1 },
    });
    expect(fixture.of('run-finished')[0]).toMatchObject({ exitCode: 0, durationMs: 10, cacheTroubles: 0, savedMs: 0 });
  });

  test('hashes a dependent only when the outputs of what it depends on are packed', async () => {
    const cache = new FakeCache();
    const fixture = new RunFixture({ tasks: line, cache });
    cache.onStore = () => fixture.machine.after(100);
    await fixture.run();
    expect(fixture.sequence('task-settled', 'task-hashed')).toEqual([
      'task-hashed lib:build',
      'task-settled lib:build',
      'task-hashed app:build',
      'task-settled app:build',
    ]);
    expect(fixture.of('task-settled')[0]?.at).toBe(110);
  });

  test('starts dependents before the inputs are confirmed, and ends when everything is published', async () => {
    const confirmation = Promise.withResolvers<readonly WorkspacePath[]>();
    const fixture = new RunFixture({
      tasks: line,
      hasher: {
        hash: (task: TaskId) => Promise.resolve({ task, hash: hashOf(task), entries: [] }),
        findMovedInputs: () => confirmation.promise,
        hurry: () => confirmation.resolve([]),
      },
    });
    await fixture.run();
    expect(fixture.of('task-settled').map(({ task }) => task)).toEqual(['lib:build', 'app:build']);
    expect([...fixture.cache.entries.keys()]).toEqual([hashOf('lib:build'), hashOf('app:build')]);
    expect(fixture.events.at(-1)?.type).toBe('run-finished');
  });

  test('gives a slot to the next task while a result is stored', async () => {
    const cache = new FakeCache();
    const fixture = new RunFixture({ tasks: { 'a:build': [], 'b:build': [] }, cache, request: { slots: 1 } });
    cache.onStore = () => fixture.machine.after(100);
    await fixture.run();
    expect(fixture.sequence('task-started', 'task-settled')).toEqual([
      'task-started a:build',
      'task-started b:build',
      'task-settled a:build',
      'task-settled b:build',
    ]);
  });

  test('stores what the hash was made from beside the result', async () => {
    const entries = [{ kind: 'env', name: 'MODE', value: '0'.repeat(32) }] as const;
    const hasher = { hash: (task: TaskId) => Promise.resolve({ task, hash: hashOf(task), entries }) };
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, hasher });
    await fixture.run();
    expect(fixture.cache.entries.get(hashOf('a:build'))?.inputs).toEqual(entries);
  });

  test('keeps the output in the artifact, bounded', async () => {
    const output = `first\n${'x'.repeat(5000)}\nlast\n`;
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, behaviours: { 'a:build': { output } } });
    await fixture.run();
    const stored = Buffer.from(fixture.cache.entries.get(hashOf('a:build'))?.terminalOutput ?? []).toString();
    expect(stored).toMatch(/^first\n\[\d+ bytes of output left out\]\nlast\n$/);
    expect(
      fixture
        .of('task-output')
        .map(({ text }) => text)
        .join(''),
    ).toBe(output);
  });
});

describe('a run with cache entries', () => {
  const entry = { terminalOutput: Buffer.from('built earlier\n'), durationMs: 400 };

  test('restores, replays the output, and executes nothing', async () => {
    const cache = new FakeCache();
    cache.entries.set(hashOf('a:build'), entry);
    cache.from = 'remote';
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, cache });
    const result = await fixture.run();
    expect(fixture.machine.started).toEqual([]);
    expect(fixture.of('task-output')).toMatchObject([{ text: 'built earlier\n', replayed: true }]);
    expect(result.outcomes.get(fixture.of('task-settled')[0]!.task)).toEqual({
      kind: 'restored',
      from: 'remote',
      savedMs: 400,
    });
    expect(fixture.of('run-finished')[0]).toMatchObject({ savedMs: 400, tasks: { restoredRemote: 1 } });
  });

  test('says that outputs in place are up to date', async () => {
    const cache = new FakeCache();
    cache.entries.set(hashOf('a:build'), entry);
    cache.inPlace.add('a:build');
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, cache });
    await fixture.run();
    expect(fixture.outcomes()).toEqual({ 'a:build': 'up-to-date' });
    expect(fixture.of('task-looked-up')[0]?.result).toEqual({ kind: 'hit', where: 'local' });
  });

  test('that may not be read executes and stores again', async () => {
    const cache = new FakeCache();
    cache.entries.set(hashOf('a:build'), entry);
    const fixture = new RunFixture({
      tasks: { 'a:build': [] },
      cache,
      request: { cachePolicy: { read: false, write: true } },
    });
    await fixture.run();
    expect(cache.log).toEqual(['store a:build', 'drain']);
    expect(fixture.of('task-looked-up')[0]?.result).toEqual({
      kind: 'uncacheable',
      reason: 'the cache is not read in this run',
    });
  });

  test('that may not be written stores nothing', async () => {
    const fixture = new RunFixture({
      tasks: { 'a:build': [] },
      request: { cachePolicy: { read: true, write: false } },
    });
    await fixture.run();
    expect(fixture.cache.log).toEqual(['miss a:build', 'drain']);
  });

  test('a cache that throws is a miss with a trouble', async () => {
    const cache = new FakeCache();
    cache.onRestore = () => Promise.reject(new Error('out of its mind'));
    cache.onStore = () => Promise.reject(new Error('still'));
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, cache });
    const result = await fixture.run();
    expect(result.exitCode).toBe(0);
    expect(fixture.of('cache-trouble').map(({ code }) => code)).toEqual(['local-read-failed', 'local-write-failed']);
    expect(fixture.of('run-finished')[0]?.cacheTroubles).toBe(2);
  });

  test('an uncacheable task never meets the cache', async () => {
    const fixture = new RunFixture({ tasks: { 'a:lint': [] }, overrides: { 'a:lint': { cache: false } } });
    await fixture.run();
    expect(fixture.cache.log).toEqual(['drain']);
    expect(fixture.of('task-looked-up')[0]?.result).toEqual({
      kind: 'uncacheable',
      reason: 'the cache is off for this target',
    });
  });
});

describe('what may not be stored', () => {
  test('a failure', async () => {
    const fixture = new RunFixture({ tasks: line, behaviours: { 'lib:build': { exitCode: 3 } } });
    const result = await fixture.run();
    expect(result.exitCode).toBe(1);
    expect(fixture.cache.entries.size).toBe(0);
    expect(fixture.of('task-settled').map(({ outcome }) => outcome)).toEqual([
      { kind: 'failed', exitCode: 3, durationMs: 10, attempts: 1 },
      { kind: 'skipped', failedDependency: 'lib:build' },
    ]);
  });

  test('a result whose inputs moved while it ran', async () => {
    const moved = ['src/a.ts', 'src/b.ts'] as WorkspacePath[];
    const hasher = { findMovedInputs: () => Promise.resolve(moved) };
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, hasher });
    await fixture.run();
    expect(fixture.outcomes()).toEqual({ 'a:build': 'executed' });
    expect(fixture.cache.entries.size).toBe(0);
    expect(fixture.of('cache-trouble')).toMatchObject([
      { code: 'inputs-changed-while-running', task: 'a:build', detail: 'src/a.ts, src/b.ts' },
    ]);
  });

  test('a result whose hash covers what moved by the hash of another task', async () => {
    const below = { task: 'lib:build' as TaskId, paths: ['lib/a.ts', 'lib/b.ts'] as WorkspacePath[] };
    const hasher = {
      findMovedBelow: (task: TaskId) => Promise.resolve(task === 'app:build' ? below : null),
    };
    const fixture = new RunFixture({ tasks: line, hasher });
    await fixture.run();
    expect(fixture.outcomes()).toEqual({ 'lib:build': 'executed', 'app:build': 'executed' });
    expect([...fixture.cache.entries.keys()]).toEqual([hashOf('lib:build')]);
    expect(fixture.of('cache-trouble')).toMatchObject([
      { code: 'covered-inputs-changed', task: 'app:build', detail: 'lib/a.ts, lib/b.ts, inputs of lib:build' },
    ]);
  });

  test('outputs into which another run wrote, and what is built on them', async () => {
    const ended: TaskId[] = [];
    const begin = (task: TaskId) => ({ isShared: () => task === 'lib:build', end: () => void ended.push(task) });
    const fixture = new RunFixture({ tasks: line, ports: { marks: { begin, disturb: () => {} } } });
    await fixture.run();
    expect(fixture.outcomes()).toEqual({ 'lib:build': 'executed', 'app:build': 'executed' });
    expect([...fixture.cache.entries.keys()]).toEqual([]);
    expect(fixture.of('cache-trouble')).toMatchObject([{ code: 'executed-elsewhere', task: 'lib:build' }]);
    expect(ended).toEqual(['lib:build', 'app:build']);
  });

  test.each<[string, Partial<Scenario>]>([
    ['fails', { behaviours: { 'a:build': { exitCode: 1 } } }],
    ['is interrupted', { behaviours: { 'a:build': { durationMs: 60_000 } } }],
    ['has inputs at which nobody can look', { hasher: { findMovedInputs: () => Promise.reject(new Error('x')) } }],
    ['has an executor that breaks', { ports: { executors: [breakingExecutor] } }],
  ])('no mark is left of a task that %s', async (_, scenario) => {
    const { marks, heard } = listenToMarks();
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, ...scenario, ports: { ...scenario.ports, marks } });
    void fixture.machine.after(5000).then(() => fixture.abort.abort());
    await fixture.run();
    expect(heard).toEqual(['begin a:build', 'end a:build']);
  });

  test('a bug of ours that ends the run leaves no mark either', async () => {
    const { marks, heard } = listenToMarks();
    const now = (): number => {
      if (heard.length > 0) throw new Error('a bug');
      return 0;
    };
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, ports: { marks, clock: { now, epochMs: () => 0 } } });
    await expect(fixture.run()).rejects.toThrow('a bug');
    expect(heard).toEqual(['begin a:build', 'end a:build']);
  });

  test('a miss carries the reason that the hasher gives, and none where that fails', async () => {
    const explained = new RunFixture({
      tasks: { 'a:build': [] },
      hasher: { explainMiss: () => '1 file changed: a.ts' },
    });
    await explained.run();
    expect(explained.of('task-looked-up')[0]?.result).toEqual({ kind: 'miss', reason: '1 file changed: a.ts' });
    const failing = new RunFixture({
      tasks: { 'a:build': [] },
      hasher: {
        explainMiss: () => {
          throw new Error('no disk');
        },
      },
    });
    await failing.run();
    expect(failing.of('task-looked-up')[0]?.result).toEqual({ kind: 'miss', reason: null });
    expect(failing.outcomes()).toEqual({ 'a:build': 'executed' });
  });

  test('a task runs already when it is found out why it missed, and is told to have started after that', async () => {
    const order: string[] = [];
    const fixture: RunFixture = new RunFixture({
      tasks: { 'a:build': [] },
      hasher: {
        explainMiss: () => {
          order.push(`${fixture.machine.executing.size} running`);
          return 'a reason';
        },
      },
    });
    await fixture.run();
    expect(order).toEqual(['1 running']);
    expect(fixture.sequence('task-looked-up', 'task-started')).toEqual([
      'task-looked-up a:build',
      'task-started a:build',
    ]);
  });

  test('a task that waits for a slot is told to have missed before it runs', async () => {
    const fixture = new RunFixture({ tasks: { 'a:build': [], 'b:build': [] }, request: { slots: 1 } });
    await fixture.run();
    const told = fixture.sequence('task-looked-up', 'task-started', 'task-settled');
    expect(told.indexOf('task-looked-up b:build')).toBeLessThan(told.indexOf('task-settled a:build'));
  });

  test('a result whose inputs cannot be read any more', async () => {
    const hasher = { findMovedInputs: () => Promise.reject(new Error('EACCES: src/a.ts')) };
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, hasher });
    await fixture.run();
    expect(fixture.cache.entries.size).toBe(0);
    expect(fixture.of('cache-trouble')[0]?.detail).toBe('EACCES: src/a.ts');
  });

  test('what was built after a failure, nor anything built on that', async () => {
    const fixture = new RunFixture({
      tasks: { 'c:build': ['b:build'], 'b:build': ['a:build'], 'a:build': [] },
      behaviours: { 'a:build': { exitCode: 1 } },
      request: { continueMode: 'always' },
    });
    const result = await fixture.run();
    expect(fixture.outcomes()).toEqual({ 'a:build': 'failed', 'b:build': 'executed', 'c:build': 'executed' });
    expect(fixture.cache.entries.size).toBe(0);
    expect(fixture.sequence('task-hashed')).toEqual(['task-hashed a:build']);
    expect(result.exitCode).toBe(1);
  });
});

describe('troubles of one task', () => {
  test('inputs that cannot be hashed fail the task and not the run', async () => {
    const fixture = new RunFixture({
      tasks: { ...line, 'other:build': [] },
      hasher: {
        hash: (task) =>
          task === 'lib:build'
            ? Promise.reject(new Error('EACCES: secret.ts'))
            : Promise.resolve({ task, hash: hashOf(task), entries: [] }),
      },
    });
    const result = await fixture.run();
    expect(fixture.outcomes()).toEqual({ 'lib:build': 'failed', 'app:build': 'skipped', 'other:build': 'executed' });
    expect(fixture.of('task-settled')[0]?.outcome).toMatchObject({
      detail: 'its inputs could not be hashed: EACCES: secret.ts',
    });
    expect(result.exitCode).toBe(1);
  });

  test('an executor that nobody implements fails its task by name', async () => {
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, ports: { executors: [] } });
    await fixture.run();
    expect(fixture.of('task-settled')[0]?.outcome).toMatchObject({
      kind: 'failed',
      detail: 'nothing here implements the executor "test:any"',
    });
  });

  test('an executor that throws fails its task', async () => {
    const broken: Executor = {
      name: 'test:any',
      describe: () => 'broken',
      start: () => {
        throw new Error('no such option');
      },
    };
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, ports: { executors: [broken] } });
    await fixture.run();
    expect(fixture.of('task-settled')[0]?.outcome).toMatchObject({
      kind: 'failed',
      detail: 'the executor failed: no such option',
    });
    expect(fixture.sequence('task-started')).toEqual(['task-started a:build']);
  });

  test('a reporter that throws is told nothing more, and the run does not notice', async () => {
    let told = 0;
    const broken: Reporter = {
      onEvent: () => {
        told += 1;
        throw new Error('broken pipe');
      },
      close: () => Promise.resolve(),
    };
    const fixture = new RunFixture({ tasks: line, reporters: [broken] });
    const result = await fixture.run();
    expect(told).toBe(1);
    expect(result.exitCode).toBe(0);
    expect(fixture.logged[0]).toContain('broken pipe');
  });
});

describe('slots', () => {
  const many = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`p${index}:build`, []]));

  test('bound what executes at once, and are all used', async () => {
    const fixture = new RunFixture({ tasks: many, request: { slots: 3 } });
    await fixture.run();
    expect(fixture.machine.mostAtOnce).toBe(3);
    expect(fixture.of('run-finished')[0]?.durationMs).toBe(40);
  });

  test('go to the task with the highest priority first', async () => {
    const priorities = new Map(Object.keys(many).map((id, index) => [id as never, index]));
    const fixture = new RunFixture({ tasks: many, request: { slots: 1, priorities } });
    await fixture.run();
    expect(fixture.machine.started.slice(0, 2)).toEqual(['p11:build', 'p10:build']);
  });

  test('a task that wants the machine for itself gets it', async () => {
    const overrides = { 'p5:build': { parallelism: false } };
    let together = 0;
    const watch: Reporter = {
      onEvent: (event) => {
        const { executing } = fixture.machine;
        if (event.type === 'task-started' && executing.has('p5:build' as never)) together += executing.size - 1;
      },
      close: () => Promise.resolve(),
    };
    const fixture: RunFixture = new RunFixture({ tasks: many, overrides, request: { slots: 3 }, reporters: [watch] });
    await fixture.run();
    expect(together).toBe(0);
    expect(fixture.machine.started).toHaveLength(12);
  });
});

describe('continuous tasks', () => {
  const serve = { 'e2e:test': ['web:serve'], 'web:serve': [] };
  const overrides = { 'web:serve': { continuous: true } };

  test('let dependents start when they are up, and are stopped when nobody needs them', async () => {
    const fixture = new RunFixture({ tasks: serve, overrides, behaviours: { 'web:serve': { readyAfterMs: 50 } } });
    const result = await fixture.run();
    expect(fixture.sequence('task-started', 'task-ready', 'task-settled')).toEqual([
      'task-started web:serve',
      'task-ready web:serve',
      'task-started e2e:test',
      'task-settled e2e:test',
      'task-settled web:serve',
    ]);
    expect(fixture.outcomes()).toEqual({ 'e2e:test': 'executed', 'web:serve': 'executed' });
    expect(result.exitCode).toBe(0);
    expect(fixture.cache.entries.has(hashOf('web:serve'))).toBe(false);
  });

  test('hold no slot', async () => {
    const fixture = new RunFixture({ tasks: serve, overrides, request: { slots: 1 } });
    await fixture.run();
    expect(fixture.machine.started).toEqual(['web:serve', 'e2e:test']);
    expect(fixture.machine.mostAtOnce).toBe(1);
  });

  test('fail where they end by themselves with an error', async () => {
    const behaviours = { 'web:serve': { readyAfterMs: 1, durationMs: 5, exitCode: 2 } };
    const fixture = new RunFixture({ tasks: serve, overrides, behaviours });
    const result = await fixture.run();
    expect(fixture.of('task-settled')[0]).toMatchObject({
      task: 'web:serve',
      outcome: { kind: 'failed', exitCode: 2 },
    });
    expect(result.exitCode).toBe(1);
  });

  test('that fail before they are up take their dependents with them', async () => {
    const behaviours = { 'web:serve': { readyAfterMs: 100, durationMs: 5, exitCode: 2 } };
    const fixture = new RunFixture({ tasks: serve, overrides, behaviours });
    await fixture.run();
    expect(fixture.outcomes()).toEqual({ 'web:serve': 'failed', 'e2e:test': 'skipped' });
    expect(fixture.sequence('task-ready')).toEqual([]);
  });

  test('run until they are interrupted where a person asked for them', async () => {
    const asked = { 'web:serve': { continuous: true, requested: true } };
    const fixture = new RunFixture({ tasks: { 'web:serve': [] }, overrides: asked });
    void fixture.machine.after(5000).then(() => fixture.abort.abort());
    const result = await fixture.run();
    expect(result.exitCode).toBe(130);
    expect(fixture.machine.stopped).toEqual(['web:serve']);
  });
});

describe('an interrupted run', () => {
  const tasks = { 'c:build': ['b:build'], 'b:build': ['a:build'], 'a:build': [], 'd:build': [] };

  test('starts nothing more, ends what runs, and settles the rest as cancelled', async () => {
    const fixture = new RunFixture({ tasks, behaviours: { 'b:build': { durationMs: 1000 } } });
    void fixture.machine.after(500).then(() => fixture.abort.abort());
    const result = await fixture.run();
    expect(fixture.machine.started).toEqual(['a:build', 'd:build', 'b:build']);
    expect(fixture.machine.stopped).toEqual(['b:build']);
    expect(fixture.outcomes()).toEqual({
      'a:build': 'executed',
      'd:build': 'executed',
      'b:build': 'cancelled',
      'c:build': 'cancelled',
    });
    expect(result.exitCode).toBe(130);
    expect(fixture.events.at(-1)).toMatchObject({ type: 'run-finished', exitCode: 130 });
    expect(fixture.cache.log).not.toContain('drain');
  });

  test('before it began executes nothing', async () => {
    const fixture = new RunFixture({ tasks });
    fixture.abort.abort();
    const result = await fixture.run();
    expect(result).toMatchObject({ exitCode: 130, totals: { cancelled: 4 } });
    expect(fixture.machine.started).toEqual([]);
  });

  test('by somebody who watches a server start ends that server', async () => {
    const watch: Reporter = {
      onEvent: ({ type }) => {
        if (type === 'task-started') fixture.abort.abort();
      },
      close: () => Promise.resolve(),
    };
    const overrides = { 'web:serve': { continuous: true, requested: true } };
    const fixture: RunFixture = new RunFixture({ tasks: { 'web:serve': [] }, overrides, reporters: [watch] });
    await fixture.run();
    expect(fixture.machine.stopped).toEqual(['web:serve']);
    expect(fixture.outcomes()).toEqual({ 'web:serve': 'cancelled' });
  });

  test('in the middle of a restore cancels that task', async () => {
    const cache = new FakeCache();
    cache.onRestore = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, cache });
    void fixture.machine.after(5).then(() => fixture.abort.abort());
    await fixture.run();
    expect(fixture.outcomes()).toEqual({ 'a:build': 'cancelled' });
    expect(fixture.of('cache-trouble')).toEqual([]);
  });

  test('while it waits for uploads has all its outcomes', async () => {
    const cache = new FakeCache();
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, cache });
    cache.onDrain = async () => {
      await fixture.machine.after(5);
      fixture.abort.abort();
      throw new Error('aborted');
    };
    const result = await fixture.run();
    expect(result).toMatchObject({ exitCode: 130, totals: { executed: 1 } });
  });
});

describe('the end of a run', () => {
  test('counts the troubles of the last uploads', async () => {
    const cache = new FakeCache();
    const fixture: RunFixture = new RunFixture({ tasks: { 'a:build': [] }, cache });
    cache.onDrain = async () => {
      await fixture.machine.after(1);
      fixture.onTrouble({ code: 'remote-timeout', task: null, detail: 'too slow' });
    };
    await fixture.run();
    expect(fixture.events.at(-1)).toMatchObject({ type: 'run-finished', exitCode: 0, cacheTroubles: 1 });
  });

  test('a run of no tasks succeeds', async () => {
    const fixture = new RunFixture({ tasks: {} });
    await expect(fixture.run()).resolves.toMatchObject({ exitCode: 0 });
    expect(fixture.events.map(({ type }) => type)).toEqual(['run-started', 'run-finished']);
  });

  test('ends a process that an executor forgot', async () => {
    const stopped: string[] = [];
    const forgetful: Executor = {
      name: 'test:any',
      describe: () => 'start a server and forget it',
      start: (task, context) => {
        const command = { kind: 'shell', line: task.id } as const;
        context.spawn({ command, cwdAbsolute: '/', env: {}, ipc: false, onOutput: () => {} });
        return {
          ended: Promise.resolve({ exitCode: 0, detail: null }),
          ready: Promise.resolve(),
          stop: async () => {},
        };
      },
    };
    const spawn = () => ({
      pid: 1,
      exited: new Promise<never>(() => {}),
      send: () => {},
      onMessage: () => {},
      stop: async () => void stopped.push('server'),
    });
    const fixture = new RunFixture({ tasks: { 'a:build': [] }, ports: { executors: [forgetful], spawn } });
    await fixture.run();
    expect(stopped).toEqual(['server']);
  });
});
