import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeGlob, findBase, GlobCompiler, readLiteral } from './glob.ts';

const wild = [
  '*',
  '**',
  '?',
  'a*',
  '[ab]',
  '{a,b}',
  '{a/b,c}',
  'a{/b,c}',
  '{a,b/**}',
  '!(a)',
  '@(a|b)',
  '+(a/b)',
  '(a|b)',
];
const names = ['a', 'b', 'ab', '.a', 'a b', '*', '[a]', '{a,b}', '(a)', '!a', '!(a)', '@', 'ü', 'a\\b'];
const name = fc.constantFrom(...names);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));
const pattern = fc
  .array(fc.oneof(fc.constantFrom(...wild), name.map(escapeGlob)), { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join('/'));

test('whatever a pattern matches lies in its base, where files are looked for', () => {
  fc.assert(
    fc.property(pattern, path, (glob, file) => {
      const base = findBase(glob);
      const isInside = base === '' || file === base || file.startsWith(`${base}/`);
      expect([glob, file, isInside || !new GlobCompiler().compile(glob)(file)]).toEqual([glob, file, true]);
    }),
    { numRuns: 3000 },
  );
});

test('an escaped name stands for itself alone', () => {
  fc.assert(
    fc.property(path, path, (wanted, file) => {
      const escaped = escapeGlob(wanted);
      expect(readLiteral(escaped)).toBe(wanted);
      expect(findBase(escaped)).toBe(wanted);
      expect(new GlobCompiler().compile(escaped)(file)).toBe(file === wanted);
      // Beside a wildcard it is picomatch that reads it.
      expect(new GlobCompiler().compile(`${escaped}/*`)(`${wanted}/x`)).toBe(true);
      expect(new GlobCompiler().compile(`${escaped}/*`)(`${file}/x`)).toBe(file === wanted);
    }),
    { numRuns: 2000 },
  );
});
