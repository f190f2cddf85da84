import { expect, test } from 'vitest';
import { interpolateArgs } from './interpolate-args.ts';
import type { ForwardedArgs } from './interpolate-args.ts';

const lineOf = (line: string, args: Partial<ForwardedArgs>, forwardAll = true): string =>
  interpolateArgs(line, { extra: {}, text: '', given: [], ...args }, { forwardAll, platform: 'linux' });

test('without a place for them, arguments stand at the end: options, then "args", then those of the person', () => {
  expect(lineOf('tool', { extra: { level: '2' }, text: '--raw $X', given: ['a b'] })).toBe(
    "tool --level=2 --raw $X 'a b'",
  );
});

test('arguments are not forwarded where the configuration says so', () => {
  expect(lineOf('tool', { extra: { level: '2' }, given: ['x'] }, false)).toBe('tool');
});

test('{args} takes all of them', () => {
  expect(lineOf('tool {args} --end', { text: '-a', given: ['-b', 'c d'] }, false)).toBe("tool -a -b 'c d' --end");
});

test.each([
  [['--name=x'], 'x'],
  [['--name', 'x'], 'x'],
  [['--name'], 'true'],
  [['--no-name'], 'false'],
  [['--name=a=b'], 'a=b'],
  [['--other=x'], ''],
])('{args.name} for %j is %j', (given, value) => {
  expect(lineOf('[{args.name}]', { given })).toBe(`[${value}]`);
});

test('what a person gives wins over "args", and that over options', () => {
  const all = { extra: { name: 'option' }, text: '--name="from args"', given: ['--name=person'] };
  expect(lineOf('{args.name}', all)).toBe('person');
  expect(lineOf('{args.name}', { ...all, given: [] })).toBe('from args');
  expect(lineOf('{args.name}', { extra: all.extra })).toBe('option');
  expect(lineOf('tool', { extra: all.extra, given: all.given })).toBe('tool --name=person');
});

test('patterns of a replacement text mean nothing', () => {
  expect(lineOf('tool {args}', { text: "$& $' $1" })).toBe("tool $& $' $1");
});
