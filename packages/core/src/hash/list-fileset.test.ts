import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { inputsOf, prepareWorld } from '../fixtures/hash-world.ts';
import { createMemoryFiles } from '../fixtures/memory-files.ts';
import { asWorkspacePath, compareCodeUnits } from '../ids.ts';
import { listFileset } from './list-fileset.ts';

const segment = fc.constantFrom('a', 'b', 'a-b', 'packages', 'web', 'src', '.hidden');
const fileName = fc.constantFrom('x.ts', 'y', '.z');
const path = fc
  .tuple(fc.array(segment, { maxLength: 3 }), fileName)
  .map(([segments, name]) => [...segments, name].join('/'));
const globSegment = fc.constantFrom('a', 'a-b', '*', '**', '{a,b}', 'src', '!(a)', '?', 'x.ts');
const pattern = fc
  .tuple(fc.constantFrom('{projectRoot}', '{workspaceRoot}'), fc.array(globSegment, { minLength: 1, maxLength: 3 }))
  .map(([start, segments]) => `${start}/${segments.join('/')}`);

test('what is listed is what matches, sorted by code unit', () => {
  fc.assert(
    fc.property(fc.uniqueArray(path), fc.array(pattern, { minLength: 1 }), (paths, patterns) => {
      const definition = { inputs: inputsOf(...patterns) };
      const projectOverrides = { web: { root: asWorkspacePath('a') }, ui: { root: asWorkspacePath('a/b') } };
      const world = { projects: 'web\nui', projectOverrides, taskOverrides: { 'web:build': { definition } } };
      const files = createMemoryFiles(Object.fromEntries(paths.map((one) => [one, ''])));
      for (const { filesets } of prepareWorld(world).inputs.values()) {
        for (const fileset of filesets) {
          const expected = paths.map(asWorkspacePath).filter(fileset.matches).sort(compareCodeUnits);
          expect(listFileset(fileset, files)).toEqual(expected);
        }
      }
    }),
  );
});
