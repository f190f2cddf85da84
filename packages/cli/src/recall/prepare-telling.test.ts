import { expect, test } from 'vitest';
import { splitAtDuration } from './prepare-telling.ts';

test('a text is split where it says how long the run took', () => {
  expect(splitAtDuration('time 1 ms, 21 ms saved\n', 'time 2 ms, 21 ms saved\n')).toEqual(['time ', ', 21 ms saved\n']);
});

test('a text without a duration is a single piece', () => {
  expect(splitAtDuration('done\n', 'done\n')).toEqual(['done\n']);
});

test.each([
  ['says the duration twice', 'took 1 ms (1 ms)', 'took 2 ms (2 ms)'],
  ['says when it began, too', '1 ms since 1', '2 ms since 2'],
  ['has it in another unit', 'took 1 s', 'took 2 s'],
  ['is cut short', 'took 1 ms', 'took 2'],
])('a text that %s is told anew each time', (_name, first, second) => {
  expect(splitAtDuration(first, second)).toBeNull();
});
