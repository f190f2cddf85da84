import { expect, test } from 'vitest';
import { asWorkspacePath } from '../ids.ts';
import { parseJsonc } from './parse-jsonc.ts';

const parse = (text: string) => parseJsonc(text, asWorkspacePath('nx.json'));
const faults = (text: string) =>
  parse(text).problems.map((problem) =>
    problem.code === 'invalid-syntax'
      ? `${problem.location?.line}:${problem.location?.column} ${problem.detail}`
      : problem.code,
  );

test('comments, trailing commas and a byte order mark are no problem', () => {
  const json = parse('\uFEFF{\n  // why\n  "a": [1, 2,], /* b */\n}');
  expect(json.problems).toEqual([]);
  expect(json.value).toEqual({ a: [1, 2] });
});

test('every syntax error is reported with its line and column', () => {
  expect(faults('{\n  "a": tru,\n  "b" 1\n}')).toEqual(['2:8 not a JSON value', '3:7 expected ":"']);
  expect(faults('{"a": 1')).toEqual(['1:8 expected "}"']);
  expect(faults('')).toEqual(['1:1 expected a value']);
});

test('a file of garbage gives a bounded number of problems', () => {
  expect(parse('} '.repeat(10_000)).problems.length).toBeLessThanOrEqual(50);
});

test('nesting that could overflow the stack is refused, brackets in strings are not', () => {
  expect(faults('['.repeat(100_000))).toEqual(['1:501 nested more than 500 levels deep']);
  expect(faults(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toHaveLength(1);
  expect(faults(JSON.stringify(['\\"'.repeat(9) + '['.repeat(600)]))).toEqual([]);
  expect(parse('['.repeat(100_000)).locate([0])).toBeNull();
});

test('__proto__ is a key like any other, whichever way the file is read', () => {
  for (const text of ['{"__proto__":{"cache":true}}', '{"__proto__":{"cache":true},}']) {
    const value = parse(text).value as { cache?: boolean };
    expect(value.cache).toBeUndefined();
    expect(Object.keys(value)).toEqual(['__proto__']);
  }
});

test('values and keys are found by path', () => {
  const json = parse('{\n  "larder": { "remote": {\n    "url": 7\n  } },\n  "list": [1, "two"]\n}');
  expect(json.locate(['larder', 'remote', 'url'])).toEqual({ file: 'nx.json', line: 3, column: 12, length: 1 });
  expect(json.locateKey(['larder', 'remote', 'url'])).toEqual({ file: 'nx.json', line: 3, column: 5, length: 5 });
  expect(json.locate(['list', 1])).toEqual({ file: 'nx.json', line: 5, column: 15, length: 5 });
  expect(json.locate(['larder', 'nothing'])).toBeNull();
});

test('all values of a large file are found in one look at it', () => {
  const names = Array.from({ length: 40_000 }, (_, index) => `t${index}`);
  const { locate } = parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, [name]])), null, 1));
  // Who looks at all keys for each key would be over in a minute.
  expect(names.map((name) => locate([name, 0])?.line)).toEqual(names.map((_, index) => index * 3 + 3));
});

test('the length of a value over many lines ends with its first line', () => {
  expect(parse('{\n  "a": {\n    "b": 1\n  }\n}').locate(['a'])).toEqual({
    file: 'nx.json',
    line: 2,
    column: 8,
    length: 1,
  });
});
