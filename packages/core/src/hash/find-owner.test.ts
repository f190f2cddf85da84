import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { asWorkspacePath } from '../ids.ts';
import { createFindOwner, findRootsWithNested } from './find-owner.ts';

const folder = fc
  .array(fc.constantFrom('a', 'b', 'ab'), { maxLength: 4 })
  .map((parts) => asWorkspacePath(parts.join('/')));

function isAbove(root: string, path: string): boolean {
  return root === '' || path.startsWith(`${root}/`);
}

test('a path belongs to the deepest root above it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(folder), fc.array(folder), (roots, asked) => {
      const findOwner = createFindOwner(new Set(roots));
      for (const path of asked.map((one) => asWorkspacePath(`${one}/file`.replace(/^\//, '')))) {
        const above = roots.filter((root) => isAbove(root, path)).sort((a, b) => b.length - a.length);
        expect(findOwner(path)).toBe(above[0] ?? null);
      }
    }),
  );
});

test('roots that have others below them are found', () => {
  fc.assert(
    fc.property(fc.uniqueArray(folder), (roots) => {
      const expected = roots.filter((root) => roots.some((other) => other !== root && isAbove(root, other)));
      expect([...findRootsWithNested(new Set(roots))].sort()).toEqual(expected.sort());
    }),
  );
});
