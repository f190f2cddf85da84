import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PathList } from './path-list.ts';

const name = fc.constantFrom('a', 'b', 'ab', 'ä', '.x');
const paths = fc.uniqueArray(fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/')));

test('paths are walked in their order, also those of a part of the list, and an empty one among them', () => {
  expect([...PathList.of([])]).toEqual([]);
  const list = PathList.of(['b', '', 'a/b']);
  expect([...list]).toEqual(['b', '', 'a/b']);
  expect([...new PathList(list.text, 2)]).toEqual(['b', '']);
  fc.assert(
    fc.property(paths, (some) => {
      expect([...PathList.of(some)]).toEqual(some);
    }),
  );
});

test('what lies below a folder is what begins with its name and a slash', () => {
  fc.assert(
    fc.property(
      paths,
      fc.oneof(
        paths.map(([first = '']) => first),
        name,
      ),
      (some, folder) => {
        const below = some.filter((path) => folder === '' || path.startsWith(`${folder}/`));
        expect(PathList.of(some).below(folder)).toEqual(new Set(below));
      },
    ),
  );
});
