import { expect, test } from 'vitest';
import type { OutputLogs, Reporter, RunEvent } from '@larder/core';
import { executes, output, planned, started, taskId } from '../testing/recorded-run.ts';
import { createStaticReporter } from './create-static-reporter.ts';
import { createStreamReporter } from './create-stream-reporter.ts';
import { OutputGate } from './output-gate.ts';
import type { ReporterOptions, WriteText } from './reporter-options.ts';

const failed = (id: string): RunEvent => ({
  type: 'task-settled',
  at: 30,
  task: taskId(id),
  hash: null,
  outcome: { kind: 'failed', exitCode: 1, durationMs: 5, attempts: 1 },
});

function shown(
  create: (write: WriteText, options: ReporterOptions) => Reporter,
  outputLogs: OutputLogs,
  events: readonly RunEvent[],
  verbose = false,
): boolean {
  let text = '';
  const reporter = create((more) => (text += more), { color: false, columns: 100, verbose });
  reporter.onEvent(started([planned('a:x', [], { outputLogs })]));
  for (const event of events) reporter.onEvent(event);
  return text.includes('spoken');
}

const passes = executes('a:x', 0, 20, 'spoken\n');
const fails = [...passes.slice(0, -1), failed('a:x')];

test.each<[OutputLogs, boolean, boolean]>([
  ['full', true, true],
  ['new-only', true, true],
  ['errors-only', false, true],
  ['hash-only', false, false],
  ['none', false, false],
])('%s: of a task that passes shown is %s, of one that fails %s', (mode, whenPassed, whenFailed) => {
  for (const create of [createStreamReporter, createStaticReporter]) {
    expect(shown(create, mode, passes)).toBe(whenPassed);
    expect(shown(create, mode, fails)).toBe(whenFailed);
    expect(shown(create, mode, passes, true)).toBe(true);
  }
});

test('replayed output is shown by "full" only', () => {
  const replayed = [output('a:x', 'spoken\n', { replayed: true })];
  expect(shown(createStreamReporter, 'full', replayed)).toBe(true);
  expect(shown(createStreamReporter, 'new-only', replayed)).toBe(false);
  expect(shown(createStreamReporter, 'errors-only', [...replayed, failed('a:x')])).toBe(false);
});

test('what is held until a task ends is bounded, and the end of it is kept', () => {
  const gate = new OutputGate(() => 'errors-only');
  const megabyte = 'x'.repeat(1024 * 1024);
  for (let count = 0; count < 10; count += 1) gate.pass(output('a:x', megabyte));
  gate.pass(output('a:x', 'the last'));
  const events = gate.pass(failed('a:x'));
  expect(events.length).toBeLessThan(7);
  expect(events.at(-2)).toMatchObject({ text: 'the last' });
});
