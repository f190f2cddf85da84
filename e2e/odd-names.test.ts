import { expect, test } from 'vitest';
import { makeWorkspace, writeFiles, type FileTree } from './support/make-workspace.ts';
import { larder, larderEvents } from './support/run-larder.ts';

/** What every object of JavaScript answers to. */
const names = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'prototype'] as const;

/** Not as an object: `__proto__` would not become a key of it. */
function byName(value: (name: string, index: number) => object | string | number): string {
  return `{${names.map((name, index) => `"${name}": ${JSON.stringify(value(name, index))}`).join(', ')}}`;
}

function scripts(): string {
  return byName((name) => `mkdir -p dist && cat src/${name}.txt > dist/${name}`);
}

const script = { cache: true, outputs: [], inputs: [] as string[] };

function target(name: string): object {
  return {
    ...script,
    outputs: [`{projectRoot}/dist/${name}`],
    inputs: [name],
    dependsOn: [`^${name}`],
    resources: JSON.parse(`{"${name}": 1}`) as object,
    mutex: [name],
  };
}

function projects(): FileTree {
  const files = names.map((name, index): FileTree => {
    const below = index === 0 ? '{}' : `{"${names[index - 1]}": "*"}`;
    const sources = Object.fromEntries(names.map((each) => [`packages/${name}/src/${each}.txt`, each]));
    return {
      [`packages/${name}/package.json`]: `{"name": "${name}", "scripts": ${scripts()}, "dependencies": ${below}}`,
      ...sources,
    };
  });
  return Object.assign({}, ...files) as FileTree;
}

const workspace: FileTree = {
  'package.json': { name: 'acme', private: true, workspaces: ['packages/*'] },
  '.gitignore': 'dist\n',
  ...projects(),
  'larder.json': `{
    "resources": ${byName(() => 1)},
    "namedInputs": ${byName((name) => [`{projectRoot}/src/${name}.txt`])},
    "targetDefaults": {${names.map((name) => `"${name}": ${JSON.stringify(target(name))}`).join(', ')}}
  }`,
};

const run = ['run-many', '-t', ...names];
const everyTask = names.flatMap((project) => names.map((name) => `${project}:${name}`)).toSorted();

test('projects, targets, resources, mutexes and named inputs may be called as what every object has', async () => {
  const root = makeWorkspace(workspace);
  const first = await larderEvents(root, run);
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  expect(Object.entries(first.outcomes).toSorted()).toEqual(everyTask.map((task) => [task, 'executed']));
  writeFiles(root, { 'packages/prototype/src/__proto__.txt': 'edited' });
  const edited = (await larderEvents(root, run)).outcomes;
  expect(Object.keys(edited).filter((task) => edited[task] !== 'up-to-date')).toEqual(['prototype:__proto__']);
});

test.each(names)('a resource %s that nobody declares is told of', async (name) => {
  const root = makeWorkspace({
    ...workspace,
    'larder.json': `{"targetDefaults": ${byName(target)}, "resources": {"gpu": 1}}`,
  });
  const result = await larder(root, ['run', `${name}:${name}`]);
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toContain(`which do not have "${name}"`);
});

test.each(names)('the variable %s counts as any other', async (name) => {
  const root = makeWorkspace({
    'package.json': { name: 'acme', private: true, workspaces: ['a'] },
    'a/package.json': { name: 'a', scripts: { build: `printenv ${name} || echo none` } },
    'larder.json': { targetDefaults: { build: { cache: true, inputs: [{ env: name }], outputs: [] } } },
  });
  const without = await larderEvents(root, ['run', 'a:build']);
  const withIt = await larderEvents(root, ['run', 'a:build'], { env: Object.fromEntries([[name, 'x']]) });
  expect([without.exitCode, withIt.exitCode]).toEqual([0, 0]);
  expect(withIt.hashes['a:build']).not.toBe(without.hashes['a:build']);
});

test('tasks of turbo.json may be called so', async () => {
  const root = makeWorkspace({
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'], packageManager: 'npm@11.0.0' },
    'package-lock.json': { name: 'acme', lockfileVersion: 3, packages: {} },
    '.gitignore': 'dist\n',
    ...projects(),
    'turbo.json': `{"tasks": ${byName((name) => ({ outputs: [`dist/${name}`], dependsOn: [`^${name}`] }))}}`,
  });
  const first = await larderEvents(root, run);
  expect(first.exitCode).toBe(0);
  expect(Object.entries(first.outcomes).toSorted()).toEqual(everyTask.map((task) => [task, 'executed']));
  const again = await larderEvents(root, run);
  expect(Object.entries(again.outcomes).toSorted()).toEqual(everyTask.map((task) => [task, 'up-to-date']));
});
