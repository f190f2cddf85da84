import { asRunId, type PlannedTask, type RunEvent, type TaskId } from '@larder/core';
import { expect, test } from 'vitest';
import { WholeView } from './whole-view.ts';

const task = 'web:build' as TaskId;
const planned: PlannedTask = {
  id: task,
  project: 'web',
  target: 'build',
  requested: true,
  cacheable: true,
  continuous: false,
  dependsOn: [],
  expectedMs: null,
};

function round(output: string): readonly RunEvent[] {
  const outcome = { kind: 'executed', durationMs: 5, attempts: 1 } as const;
  return [
    { type: 'run-started', at: 0, runId: asRunId('1'), startedAtEpochMs: 0, command: 'x', slots: 1, tasks: [planned] },
    { type: 'task-started', at: 1, task, attempt: 1, command: 'vite build' },
    { type: 'task-output', at: 2, task, stream: 'stdout', text: output, replayed: false },
    { type: 'task-settled', at: 3, task, hash: null, outcome },
  ];
}

/** What the view is told when the round is over and something is said. */
function shownAfter(output: string): string {
  const events: RunEvent[] = [];
  const view = new WholeView({ onEvent: (event) => void events.push(event), close: async () => {} }, () => false);
  const reporter = view.startRound([]);
  for (const event of round(output)) reporter.onEvent(event);
  events.length = 0;
  view.say('Watching for changes.');
  expect(events[0]).toMatchObject({ type: 'run-started', command: 'x · Watching for changes.' });
  return events.map((event) => (event.type === 'task-output' ? event.text : '')).join('');
}

test('what a task printed can still be read when its round is over', () => {
  expect(shownAfter('built in 2 s\n')).toBe('built in 2 s\n');
});

test('a server that its round lets go of is still up, until it has ended, and failures of earlier rounds count', () => {
  const events: RunEvent[] = [];
  const alive = new Set<TaskId>([task]);
  const view = new WholeView({ onEvent: (event) => void events.push(event), close: async () => {} }, (one) =>
    alive.has(one),
  );
  const server = { ...planned, continuous: true };
  const other = { ...planned, id: 'web:test' as TaskId };
  const [started, starts, , settles] = round('');
  const failure = { kind: 'failed', exitCode: 1, durationMs: 1, attempts: 1 } as const;
  const tasks = { executed: 1, restoredLocal: 0, restoredRemote: 0, upToDate: 0, failed: 0, skipped: 0, cancelled: 0 };
  const end = { type: 'run-finished', at: 4, exitCode: 0, durationMs: 4, tasks, cacheTroubles: 0, savedMs: 0 } as const;
  const first = view.startRound([]);
  first.onEvent({ ...started, tasks: [server, other] } as RunEvent);
  first.onEvent({ ...starts, takesInput: true } as RunEvent);
  first.onEvent({ type: 'task-ready', at: 2, task });
  first.onEvent({ type: 'task-settled', at: 2, task: other.id, hash: null, outcome: failure });
  first.onEvent(settles!);
  expect(events.filter(({ type }) => type === 'task-settled')).toHaveLength(1);
  first.onEvent(end);
  expect(events.at(-1)).toMatchObject({ exitCode: 1, tasks: { executed: 0, failed: 1 } });
  events.length = 0;
  view.say('news');
  expect(events.find(({ type }) => type === 'task-started')).toMatchObject({ task, takesInput: true });
  alive.clear();
  view.noteEnded(task, { kind: 'executed', durationMs: 0, attempts: 1 });
  events.length = 0;
  view.say('more news');
  expect(events.find((event) => event.type === 'task-settled' && event.task === task)).toBeDefined();
});

test('of a long output of a task that succeeded whole lines from its end stay', () => {
  const shown = shownAfter(Array.from({ length: 5000 }, (_, index) => `line ${index}\n`).join(''));
  expect(shown.length).toBeLessThanOrEqual(4096);
  expect(shown).toMatch(/^line \d+\n[^]+line 4999\n$/);
});
