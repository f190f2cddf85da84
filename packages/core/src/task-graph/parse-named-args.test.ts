import { expect, test } from 'vitest';
import { parseNamedArgs } from './parse-named-args.ts';

test('names with values, flags, negated flags and nested names become options', () => {
  expect(parseNamedArgs(['--outputPath=x', '--count', '2', '--watch', '--no-color', '--define.api=y', 'file'])).toEqual(
    {
      outputPath: 'x',
      count: 2,
      watch: true,
      color: false,
      define: { api: 'y' },
    },
  );
});

test('an option that is given again is a list, and nothing counts after another --', () => {
  expect(parseNamedArgs(['--file=a', '--file=b', '--', '--file=c'])).toEqual({ file: ['a', 'b'] });
});

test('a name that objects inherit is a name like any other', () => {
  const options = parseNamedArgs(['--__proto__.polluted=1', '--constructor=x']);
  expect(options).toEqual({ constructor: 'x' });
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
