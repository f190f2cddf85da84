import { expect, test } from 'vitest';
import type { ManifestOutput } from '../artifact/manifest.ts';
import type { FoundOutput } from '../outputs/found-output.ts';
import { planFolders, type PlannedFolder } from './plan-folders.ts';

const stat = { mode: 0o755, sizeBytes: 0, mtimeMs: 0, ctimeMs: 0, ino: 1 };

function directory(path: string): ManifestOutput {
  return { kind: 'directory', path, mode: 0o755 };
}

function file(path: string): ManifestOutput {
  return { kind: 'file', path, mode: 0o644, sizeBytes: 0, sha256: '' };
}

/** `+` before what is put together whole; the rest goes into place one by one. */
function plan(wanted: readonly ManifestOutput[], there: Readonly<Record<string, FoundOutput['kind']>> = {}): string[] {
  const found = new Map(
    Object.entries(there).map(([path, kind]): [string, FoundOutput] => [
      path,
      kind === 'symlink' ? { kind, path, stat, target: '' } : { kind, path, stat },
    ]),
  );
  const right = new Set(Object.keys(there).filter((path) => there[path] !== 'symlink'));
  const { folders, loose } = planFolders(wanted, { found, right });
  return [...folders.flatMap((folder) => listFolder(folder, '+')), ...loose.map(({ path }) => path)];
}

function listFolder({ path, mode, folders, files }: PlannedFolder, indent: string): string[] {
  return [
    `${indent}${path}${mode === null ? ' unnamed' : ''}`,
    ...folders.flatMap((folder) => listFolder(folder, ` ${indent}`)),
    ...files.map((output) => ` ${indent}${output.path}`),
  ];
}

const wanted = [directory('web/dist'), directory('web/dist/sub'), file('web/dist/a'), file('web/dist/sub/b')];

test('a folder that is not there is put together with everything below it', () => {
  expect(plan(wanted)).toEqual(['+web/dist', ' +web/dist/sub', '  +web/dist/sub/b', ' +web/dist/a']);
});

test('a folder that is there gets what it lacks', () => {
  expect(plan(wanted, { 'web/dist': 'directory' })).toEqual(['+web/dist/sub', ' +web/dist/sub/b', 'web/dist/a']);
  expect(plan(wanted, { 'web/dist': 'directory', 'web/dist/sub': 'directory', 'web/dist/a': 'file' })).toEqual([
    'web/dist/sub/b',
  ]);
});

test('what stands in the place of a folder does not count as a folder that is not there', () => {
  expect(plan(wanted, { 'web/dist': 'directory', 'web/dist/sub': 'symlink' })).toEqual([
    'web/dist/a',
    'web/dist/sub/b',
  ]);
});

test('folders that the artifact does not name are made where one above them is', () => {
  expect(plan([directory('web/dist'), file('web/dist/x/y/a'), file('web/dist/x/y/b')])).toEqual([
    '+web/dist',
    ' +web/dist/x unnamed',
    '  +web/dist/x/y unnamed',
    '   +web/dist/x/y/a',
    '   +web/dist/x/y/b',
  ]);
});

test('files without a folder go into place one by one, and so do those of a folder with a similar name', () => {
  expect(plan([directory('web/dist'), file('a'), file('web/dist2/b')])).toEqual(['+web/dist', 'a', 'web/dist2/b']);
});
