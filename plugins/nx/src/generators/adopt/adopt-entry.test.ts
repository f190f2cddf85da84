import { expect, test } from 'vitest';
import { adoptEntry, type Adoption } from './adopt-entry.ts';
import { valueAt } from './json-text.ts';
import { undoEntry } from './undo-entry.ts';

const compile: Adoption = { path: ['targets', 'build'], executor: '@nx/js:tsc', fill: {} };
const script: Adoption = {
  path: ['nx', 'targets', 'build'],
  executor: 'nx:run-script',
  fill: { options: { script: 'build' } },
};

const inProject = (target: string): string => `{\n  "name": "one",\n  "targets": {\n    "build": ${target}\n  }\n}\n`;

test('an entry with its executor is changed in place, and nothing else moves', () => {
  const text = inProject(`{
      "executor": "@nx/js:tsc",
      "outputs": ["{options.outputPath}"],
      "cache": true, // as ever
      "options": { "outputPath": "dist" }
    }`);
  expect(adoptEntry(text, compile)).toBe(
    inProject(`{
      "executor": "@larder/nx:run",
      "metadata": { "larder": { "executor": "@nx/js:tsc", "cache": true } },
      "outputs": ["{options.outputPath}"],
      "cache": false, // as ever
      "options": { "outputPath": "dist" }
    }`),
  );
});

test('where the cache is on by default, the entry turns it off', () => {
  const text = inProject('{\n      "executor": "@nx/js:tsc"\n    }');
  expect(valueAt(adoptEntry(text, compile)!, compile.path)).toEqual({
    executor: '@larder/nx:run',
    cache: false,
    metadata: { larder: { executor: '@nx/js:tsc' } },
  });
});

test('an entry on one line stays on it', () => {
  expect(adoptEntry('{"targets":{"build":{ "executor": "@nx/js:tsc" }}}', compile)).toBe(
    '{"targets":{"build":{ "executor": "@larder/nx:run", "cache": false, "metadata": { "larder": { "executor": "@nx/js:tsc" } } }}}',
  );
});

test('a script gets an entry, in objects that were made for it', () => {
  expect(adoptEntry('{\n  "name": "one",\n  "scripts": { "build": "tsc" }\n}\n', script)).toContain(
    '"script": "build"',
  );
});

const files: readonly (readonly [string, Adoption])[] = [
  [inProject('{ "executor": "@nx/js:tsc" }'), compile],
  [inProject('{ "executor": "@nx/js:tsc", "metadata": { "description": "x" } }'), compile],
  [inProject('{ "metadata": {}, "executor": "@nx/js:tsc" }'), compile],
  [inProject('{\r\n\t\t"executor" : "@nx/js:tsc" , "cache":true}'), compile],
  [inProject('{ "executor": "@nx/js:tsc" }'), { ...compile, fill: { inputs: ['default'] } }],
  [inProject('{ "command":   "echo \\"größe\\"" }'), { ...compile, executor: 'nx:run-commands', fill: {} }],
  ['{"targets":{"lint":{"command":"oxlint"}}}', compile],
  ['{\n  "name": "one"\n}', compile],
  ['{\n\t"name": "one",\n\t"scripts": {\n\t\t"build": "tsc"\n\t}\n}\n', script],
  ['{ "name": "one", "nx": { "tags": ["a"] } }\n', script],
  ['{ "name": "one", "nx": { "targets": { "test": {} } } }\n', script],
  ['{ "name": "one", "nx": {} }\n', script],
  ['{\n  "name": "one",\n  "targets": {}\n}\n', compile],
  ['{\r\n\t"targets": {\r\n\r\n\t}\r\n}\r\n', compile],
  ['{}', compile],
];

test.each(files)('what was adopted is given back to the byte: %j', (text, adoption) => {
  const adopted = adoptEntry(text, adoption);
  expect(adopted).not.toBe(text);
  expect(valueAt(adopted!, adoption.path)).toMatchObject({
    executor: '@larder/nx:run',
    cache: false,
    metadata: { larder: { executor: adoption.executor } },
  });
  expect(undoEntry(adopted!, adoption.path)).toBe(text);
});

test('several scripts of one file come and go together, in any order', () => {
  const text = '{\n  "scripts": {\n    "build": "tsc",\n    "test": "vitest"\n  }\n}\n';
  const second = { ...script, path: ['nx', 'targets', 'test'] };
  const both = adoptEntry(adoptEntry(text, script)!, second)!;
  expect(undoEntry(undoEntry(both, script.path)!, second.path)).toBe(text);
  expect(undoEntry(undoEntry(both, second.path)!, script.path)).toBe(text);
});

test('what stood in empty objects comes back, whichever entry goes last', () => {
  const text = '{\n  "targets": { }\n}\n';
  const second = { ...compile, path: ['targets', 'test'] };
  const both = adoptEntry(adoptEntry(text, compile)!, second)!;
  expect(undoEntry(undoEntry(both, compile.path)!, second.path)).toBe(text);
  expect(undoEntry(undoEntry(both, second.path)!, compile.path)).toBe(text);
});

test.each([
  [
    '{ "name": "one", "scripts": { "build": "tsc" } }',
    script,
    { executor: 'nx:run-script', options: { script: 'build' } },
  ],
  [
    inProject('{ "command": "tsc" }'),
    { ...compile, fill: { options: { command: 'tsc' } } },
    { executor: '@nx/js:tsc', options: { command: 'tsc' } },
  ],
])('an entry that was written out and edited since keeps the edit: %s', (text, adoption, expected) => {
  const adopted = adoptEntry(text, adoption)!;
  const edited = adopted.replace('"cache": false', '"inputs": ["default"],\n"cache": false');
  expect(valueAt(undoEntry(edited, adoption.path)!, adoption.path)).toEqual({
    ...expected,
    cache: true,
    inputs: ['default'],
  });
  const formatted = JSON.stringify(JSON.parse(adopted), null, 8);
  expect(valueAt(undoEntry(formatted, adoption.path)!, adoption.path)).toEqual(valueAt(text, adoption.path));
});

test('what was edited since stays', () => {
  const adopted = adoptEntry(inProject('{ "executor": "@nx/js:tsc", "options": { "a": 1 } }'), compile)!;
  const edited = adopted.replace('"a": 1', '"a": 2');
  expect(undoEntry(edited, compile.path)).toBe(inProject('{ "executor": "@nx/js:tsc", "options": { "a": 2 } }'));
});

test('a file that is not UTF-8 is left alone: its bytes would not come back', () => {
  const text = Buffer.from(inProject('{ "executor": "@nx/js:tsc", "options": { "a": "gr\u00f6\u00dfe" } }'), 'latin1');
  expect(adoptEntry(text.toString('utf8'), compile)).toBeNull();
});

test('a file that is not understood is left alone, and so is a target that was not adopted', () => {
  expect(adoptEntry('{ "targets": ', compile)).toBeNull();
  expect(undoEntry(inProject('{ "executor": "@nx/js:tsc" }'), compile.path)).toBeNull();
});
