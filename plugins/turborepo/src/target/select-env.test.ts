import { expect, test } from 'vitest';
import { selectEnv } from './select-env.ts';

const set = ['FOO', 'FOOD', 'FOO*', '!FOO', 'BAR', 'VITE_A', 'VITE_SECRET'];

test.each([
  [['*'], set.toSorted()],
  [['*', '!*'], []],
  [['FOO*'], ['FOO', 'FOO*', 'FOOD']],
  [['FOO\\*'], ['FOO*']],
  [['\\!FOO'], ['!FOO']],
  [['VITE_*', '!VITE_SECRET'], ['VITE_A']],
  [
    ['UNSET', 'BAR'],
    ['BAR', 'UNSET'],
  ],
  [['!BAR'], []],
])('%j stands for %j', (patterns, expected) => {
  expect(selectEnv(patterns, set)).toEqual(expected);
});
