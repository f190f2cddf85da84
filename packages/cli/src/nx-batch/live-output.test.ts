import type { TaskId } from '@larder/core';
import { expect, test } from 'vitest';
import type { BatchOutput } from './decide-output.ts';
import { LiveOutput } from './live-output.ts';

const one = 'one:build' as TaskId;
const two = 'two:build' as TaskId;

function live(form: BatchOutput['live']) {
  const written: string[] = [];
  const output = new LiveOutput({
    form,
    write: (stream, text) => void written.push(`${stream} ${text}`),
    projectOf: (task) => task.split(':')[0] ?? '',
  });
  const event = (task: TaskId, text: string, stream: 'stdout' | 'stderr' = 'stdout', replayed = false) =>
    ({ type: 'task-output', at: 0, task, stream, text, replayed }) as const;
  return {
    written,
    output,
    event,
    say: (...said: Parameters<typeof event>) => output.push(event(...said)),
  };
}

test('lines of tasks that run at the same time come whole, behind the names of their projects', () => {
  const { written, output, say } = live('lines');
  say(one, 'fir');
  say(two, 'other\n');
  say(one, 'st\nsecond\nla');
  say(one, 'bad\n', 'stderr');
  output.finish(one);
  expect(written).toEqual([
    'stdout two: other\n',
    'stdout one: first\none: second\n',
    'stderr one: bad\n',
    'stdout one: la\n',
  ]);
});

test('a task that ends without a line, or twice, adds nothing', () => {
  const { written, output, say } = live('lines');
  output.finish(one);
  say(one, 'x');
  output.finish(one);
  output.finish(one);
  expect(written).toEqual(['stdout one: x\n']);
});

test('without prefixes everything passes as it comes', () => {
  const { written, output, say } = live('everything');
  say(one, '\u001B[32mfir');
  say(two, 'other', 'stderr');
  output.finish(one);
  expect(written).toEqual(['stdout \u001B[32mfir', 'stderr other']);
});

test('what a cache has kept is not shown as if it happened now', () => {
  expect(live('lines').output.shows(live('lines').event(one, 'x', 'stdout', true))).toBe(false);
  expect(live('lines').output.shows(live('lines').event(one, 'x'))).toBe(true);
  expect(live('nothing').output.shows(live('nothing').event(one, 'x'))).toBe(false);
});
