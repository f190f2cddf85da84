import type { Reporter, RunEvent, TaskId } from '@larder/core';
import { expect, test } from 'vitest';
import { createRunEvents } from './run-events.ts';

const recorder = (events: RunEvent[]): Reporter => ({
  onEvent: (event) => void events.push(event),
  close: () => Promise.resolve(),
});
const trouble = { code: 'remote-timeout', task: null, detail: '5 s' } as const;

test('an event carries the milliseconds since the start', () => {
  let nowMs = 1000;
  const events: RunEvent[] = [];
  const clock = { now: () => nowMs, epochMs: () => 0 };
  const run = createRunEvents({ clock, reporters: [recorder(events)], log: () => {} });
  nowMs = 1012.5;
  run.onTrouble(trouble);
  expect(events).toEqual([{ type: 'cache-trouble', at: 12.5, ...trouble }]);
  expect(run.elapsedMs()).toBe(12.5);
});

test('what is told later than it happened carries the time at which it happened', () => {
  let nowMs = 1000;
  const events: RunEvent[] = [];
  const run = createRunEvents({
    clock: { now: () => nowMs, epochMs: () => 0 },
    reporters: [recorder(events)],
    log: () => {},
  });
  const at = run.elapsedMs();
  nowMs = 1005;
  run.emit({ type: 'task-ready', task: 'a:b' as TaskId }, at);
  run.emit({ type: 'task-ready', task: 'b:b' as TaskId });
  expect(events.map((event) => event.at)).toEqual([0, 5]);
});

test('a reporter that throws is dropped, is still closed, and does not touch the others', async () => {
  const events: RunEvent[] = [];
  const logged: string[] = [];
  let told = 0;
  let closed = 0;
  const broken: Reporter = {
    onEvent: () => {
      told += 1;
      throw new Error('no terminal');
    },
    close: () => {
      closed += 1;
      throw new Error('still no terminal');
    },
  };
  const clock = { now: () => 0, epochMs: () => 0 };
  const reporters = [broken, recorder(events)];
  const run = createRunEvents({ clock, reporters, log: (message) => void logged.push(message) });
  run.onTrouble(trouble);
  run.onTrouble(trouble);
  await run.close();
  expect([told, closed, events.length, run.troubles()]).toEqual([1, 1, 2, 2]);
  expect(logged.map((message) => message.includes('no terminal'))).toEqual([true, true]);
});

test('what an event causes while it is told is told after it, to everybody', () => {
  const seen: string[] = [];
  const cause: Reporter = {
    onEvent: (event) => {
      if (event.type === 'task-ready') events.emit({ type: 'tasks-reopened', tasks: [] });
    },
    close: async () => {},
  };
  const watch: Reporter = { onEvent: ({ type }) => void seen.push(type), close: async () => {} };
  const clock = { now: () => 0, epochMs: () => 0 };
  const events = createRunEvents({ clock, reporters: [cause, watch], log: () => {} });
  events.emit({ type: 'task-ready', task: 'a:b' as TaskId });
  expect(seen).toEqual(['task-ready', 'tasks-reopened']);
});
