import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { bundles } from './bundle/bundles.ts';
import { parseArchitecture } from './directions/rooms.ts';
import {
  type Import,
  type SourceFile,
  findPackageFolders,
  readDeclaredDependencies,
  readSourceFiles,
} from './directions/source-files.ts';

const root = dirname(import.meta.dirname);
const { rooms, coreLibraries } = parseArchitecture(readFileSync(join(root, 'docs/ARCHITECTURE.md'), 'utf8'));
const files = rooms.flatMap(({ folder }) => readSourceFiles(root, folder));
const sources = files.filter((file) => !file.isTest);
const folderByPackage = new Map(
  rooms.map(({ folder }) => {
    const manifest: { name: string } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    return [manifest.name, folder];
  }),
);

/** `file: import`, for each import that `isWrong`. */
function findImports(among: readonly SourceFile[], isWrong: (found: Import, file: SourceFile) => boolean): string[] {
  return among.flatMap((file) =>
    file.imports.filter((found) => isWrong(found, file)).map((found) => `${file.path}: ${found.specifier}`),
  );
}

/** `@scope/name` or `name`, without a path inside the package. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith('.');
}

test('the table of rooms lists every package', () => {
  expect(rooms.map(({ folder }) => folder).toSorted()).toEqual(findPackageFolders(root).toSorted());
});

test.each(rooms)('$folder imports only what its row allows', ({ folder, mayImport }) => {
  const wrong = findImports(
    sources.filter((file) => file.folder === folder),
    ({ specifier }) => {
      const target = folderByPackage.get(packageOf(specifier));
      return target !== undefined && target !== folder && !mayImport.has(target);
    },
  );
  expect(wrong).toEqual([]);
});

test.each(rooms)('the tests of $folder import no more', ({ folder, mayImport }) => {
  const wrong = findImports(
    files.filter((file) => file.folder === folder && file.isTest),
    ({ specifier }) => {
      const target = folderByPackage.get(packageOf(specifier));
      return target !== undefined && target !== folder && !mayImport.has(target);
    },
  );
  expect(wrong).toEqual([]);
});

test('relative imports stay inside their package', () => {
  const wrong = findImports(files, ({ specifier }, file) => {
    const target = posix.join(posix.dirname(file.path), specifier);
    return isRelative(specifier) && !target.startsWith(`${file.folder}/`);
  });
  expect(wrong).toEqual([]);
});

test('every imported package is declared by the package that imports it', () => {
  const wrong = rooms.flatMap(({ folder }) => {
    const declared = readDeclaredDependencies(root, folder);
    return findImports(
      sources.filter((file) => file.folder === folder),
      ({ specifier }) => {
        return !isRelative(specifier) && !isBuiltin(specifier) && !declared.has(packageOf(specifier));
      },
    );
  });
  expect(wrong).toEqual([]);
});

test('core uses nothing but its computing libraries', () => {
  const core = sources.filter(({ folder }) => folder === 'packages/core');
  expect(
    findImports(core, ({ specifier }) => !isRelative(specifier) && !coreLibraries.has(packageOf(specifier))),
  ).toEqual([]);
});

test('the cli loads the server only when asked to serve', () => {
  const cli = sources.filter(({ folder }) => folder === 'packages/cli');
  const eager = findImports(cli, ({ specifier, isLazy }) => packageOf(specifier) === '@larder/server' && !isLazy);
  expect(eager).toEqual([]);
});

test('only the cli and programs of their own write to the console, exit or listen to signals', () => {
  const programs = bundles.flatMap(({ entryPoints }) => Object.values(entryPoints));
  const forbidden = /\bconsole\.|\bprocess\.(?:exit\(|exitCode|on\(\s*'SIG|once\(\s*'SIG|std(?:out|err)\.write)/;
  const wrong = sources
    .filter(({ path, folder }) => folder !== 'packages/cli' && !programs.includes(path))
    .flatMap(({ path, text }) => text.split('\n').map((line, index) => ({ place: `${path}:${index + 1}`, line })))
    .filter(({ line }) => !/^\s*(?:\/\/|\*|\/\*)/.test(line) && forbidden.test(line));
  expect(wrong).toEqual([]);
});

test('every program that a source starts by its address is bundled beside it', () => {
  const programs = new Set(bundles.flatMap(({ entryPoints }) => Object.values(entryPoints)));
  const wrong = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/new URL\(\s*'([^']+)\.[jt]s',\s*import\.meta\.url/g)]
      .map(([, name = '']) => `${posix.join(posix.dirname(path), name)}.ts`)
      .filter((program) => !programs.has(program)),
  );
  expect(wrong).toEqual([]);
});
