import type { Executor, RunningTask, Task, TaskEnd, TaskHash, TaskId } from '@larder/core';
import { expect, test } from 'vitest';
import { LiveTasks } from './live-tasks.ts';

/** A task that ends when it is told to, and an executor that starts it. */
class FakeTask {
  starts = 0;
  isAlive = false;
  say: (text: string) => void = () => {};
  end: (end: TaskEnd) => void = () => {};
  readonly executor: Executor = {
    name: 'fake',
    describe: () => 'fake',
    start: (_task, { onOutput }): RunningTask => {
      const ended = Promise.withResolvers<TaskEnd>();
      this.starts += 1;
      this.isAlive = true;
      this.say = (text) => onOutput('stdout', Buffer.from(text));
      this.end = (end) => {
        this.isAlive = false;
        ended.resolve(end);
      };
      const stop = async (): Promise<void> => this.end({ exitCode: 143, detail: null });
      return { ended: ended.promise, ready: Promise.resolve(), stop };
    },
  };
}

const task = { id: 'a:build' as TaskId } as Task;

function live(hashes: { now: string }, ending = new AbortController()) {
  const idle: string[] = [];
  const ends: number[] = [];
  const tasks = new LiveTasks({
    spawn: () => {
      throw new Error('nothing is spawned here');
    },
    hashOf: () => hashes.now as TaskHash,
    onIdleOutput: (_task, _stream, chunk) => idle.push(Buffer.from(chunk).toString()),
    onIdleEnd: (_task, { exitCode }) => ends.push(exitCode),
    onFresh: () => {},
    signal: ending.signal,
  });
  const fake = new FakeTask();
  const executor = tasks.wrap(fake.executor);
  const start = () => {
    const printed: string[] = [];
    const running = executor.start(task, {
      workspaceRootAbsolute: '/',
      graph: {} as never,
      taskGraph: {} as never,
      env: {},
      spawn: () => {
        throw new Error('nothing is spawned here');
      },
      onOutput: (_stream, chunk) => printed.push(Buffer.from(chunk).toString()),
    });
    return { running, printed };
  };
  return { tasks, fake, start, idle, ends, ending };
}

test('a round that ends leaves the process to the next one, with all that it has printed', async () => {
  const { fake, start } = live({ now: '1' });
  const first = start();
  fake.say('one ');
  await first.running.stop();
  expect(await first.running.ended).toEqual({ exitCode: 0, detail: null });
  expect(fake.isAlive).toBe(true);
  const second = start();
  fake.say('two');
  fake.end({ exitCode: 5, detail: null });
  expect(await second.running.ended).toEqual({ exitCode: 5, detail: null });
  expect(second.printed.join('')).toBe('one two');
  expect(first.printed).toEqual(['one ']);
  expect(fake.starts).toBe(1);
});

test('a task whose hash is another one is stopped before it starts anew', async () => {
  const hashes = { now: '1' };
  const { fake, start } = live(hashes);
  await start().running.stop();
  hashes.now = '2';
  const second = start();
  expect(fake.starts).toBe(1);
  await second.running.ready;
  expect(fake.starts).toBe(2);
  expect(fake.isAlive).toBe(true);
});

test('what is outdated is stopped, and the round that followed it is not held up', async () => {
  const { tasks, fake, start } = live({ now: '1' });
  const { running } = start();
  tasks.outdate([task.id]);
  expect(await running.ended).toEqual({ exitCode: 0, detail: null });
  expect(fake.isAlive).toBe(false);
  expect(tasks.has(task.id)).toBe(false);
});

test('between rounds output and the end go to whoever watches the watch', async () => {
  const { tasks, fake, start, idle, ends } = live({ now: '1' });
  const { running } = start();
  tasks.release([task.id]);
  await running.ended;
  fake.say('request');
  fake.end({ exitCode: 7, detail: null });
  await Promise.resolve();
  await expect.poll(() => ends).toEqual([7]);
  expect(idle).toEqual(['request']);
  expect(tasks.has(task.id)).toBe(false);
});

test('when the watch ends, stopping means stopping', async () => {
  const { tasks, fake, start, ending } = live({ now: '1' });
  const { running } = start();
  ending.abort();
  await running.stop();
  expect(fake.isAlive).toBe(false);
  start();
  await tasks.stopAll();
  expect(fake.isAlive).toBe(false);
});
