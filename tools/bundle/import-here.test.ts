import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { importThroughLoader } from './import-here.ts';

/** Runs `source` as a loader does that gives it an `import`. */
function importsOf(source: string): readonly string[] {
  const imported: string[] = [];
  const wrapped = new Script(`(function(importHere){${importThroughLoader(source)}})`).runInThisContext() as (
    importHere: (name: string) => void,
  ) => void;
  wrapped((name) => void imported.push(name));
  return imported;
}

test('what is imported goes through whoever loads the file', () => {
  expect(importsOf('const load=name=>import(name);load("a"),import("./b.js")')).toEqual(['a', './b.js']);
});

test('a file that is required as usual imports by itself', () => {
  expect(importThroughLoader('import("a")')).toContain('name=>import(name)');
});

test.each(['loader.import("x")', '$import("x")', 'reimport("x")'])('%s is no import', (text) => {
  expect(importThroughLoader(text)).toContain(text);
});
