import { expect, test } from 'vitest';
import { parseScope, readableScopes, type Scope } from './scope.ts';

test.each(['main', 'pr/42', 'release-1.x', 'branch/team/topic_1'])('%s is a scope', (text) => {
  expect(parseScope(text)).toBe(text);
});

test.each(['', '/', 'pr/', '/pr', 'pr//1', '.', '..', 'pr/..', 'a b', 'a\n', 'a\0', 'ä', 'a/b/c/d/e', 'x'.repeat(64)])(
  '%j is none',
  (text) => expect(parseScope(text)).toBeNull(),
);

test('a pull request reads itself, then main; main and other roots read themselves alone', () => {
  expect(readableScopes('pr/42' as Scope)).toEqual(['pr/42', 'main']);
  expect(readableScopes('main' as Scope)).toEqual(['main']);
  expect(readableScopes('release' as Scope)).toEqual(['release']);
});
