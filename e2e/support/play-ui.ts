import type { RunEvent, TaskId } from '@larder/core';
import { startTui } from '@larder/tui';
import { manyTasks, middleOfARun } from './ui-scenarios.ts';

// Shows a run that never moves on, so that the same keys always lead to the same screen. For tests, in
// a terminal: node play-ui.ts <scenario> [ascii]

const [name, sign] = process.argv.slice(2);
const scenario = name === 'many' ? manyTasks() : middleOfARun();
const ended = Promise.withResolvers<void>();

/** Says in the task's own output what it was asked to do. */
function tell(task: TaskId, text: string): 'done' {
  emit({ type: 'task-output', at: scenario.nowMs, task, stream: 'stdout', text, replayed: false });
  return 'done';
}

const tui = startTui({
  stdout: process.stdout,
  stdin: process.stdin,
  color: process.env['NO_COLOR'] === undefined,
  ascii: sign === 'ascii',
  clock: { now: () => scenario.nowMs, epochMs: () => 0 },
  control: {
    stop: (task) => tell(task, 'asked to stop\n'),
    restart: (task, { withInput }) => tell(task, `asked to restart${withInput ? ' with an open input' : ''}\n`),
    write: (task, text) => tell(task, `read: ${text}`),
    endInput: (task) => tell(task, 'read: the end\n'),
    hold: () => 'done',
  },
  write: (text) => void process.stdout.write(text),
  onQuit: () => ended.resolve(),
  onError: (error) => {
    throw error;
  },
});

function emit(event: RunEvent): void {
  tui.onEvent(event);
}

for (const event of scenario.events) {
  // The clock stands at the end of the scenario, from where its start is reckoned.
  emit(event.type === 'run-started' ? { ...event, at: scenario.nowMs } : event);
}
await ended.promise;
const totals = { executed: 3, restoredLocal: 2, restoredRemote: 1, upToDate: 0, failed: 1, skipped: 0, cancelled: 7 };
emit({
  type: 'run-finished',
  at: scenario.nowMs,
  exitCode: 130,
  durationMs: scenario.nowMs,
  tasks: totals,
  cacheTroubles: 0,
  savedMs: 9600,
});
await tui.close();
