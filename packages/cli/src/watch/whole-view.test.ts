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

test('of a long output of a task that succeeded whole lines from its end stay', () => {
  const shown = shownAfter(Array.from({ length: 5000 }, (_, index) => `line ${index}\n`).join(''));
  expect(shown.length).toBeLessThanOrEqual(4096);
  expect(shown).toMatch(/^line \d+\n[^]+line 4999\n$/);
});
