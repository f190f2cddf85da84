import { expect, test } from 'vitest';
import { isHarmlessNxChange } from './is-harmless-nx-change.ts';

const text = (value: object): string => JSON.stringify(value);

test('how tasks are run is harmless, what they are is not', () => {
  const before = text({ parallel: 3, targetDefaults: { build: { cache: true } } });
  expect(isHarmlessNxChange(before, text({ parallel: 8, targetDefaults: { build: { cache: true } } }))).toBe(true);
  expect(isHarmlessNxChange(before, text({ parallel: 3, targetDefaults: {} }))).toBe(false);
});

test('a key that nobody knows is not harmless', () => {
  expect(isHarmlessNxChange(text({}), text({ invented: 1 }))).toBe(false);
});

test('a file that is new, gone or malformed is not harmless', () => {
  expect(isHarmlessNxChange(null, text({}))).toBe(false);
  expect(isHarmlessNxChange(text({}), null)).toBe(false);
  expect(isHarmlessNxChange('{', '{')).toBe(false);
});
