import { expect, test } from 'vitest';
import { parseInputs, parseNamedInputs } from './parse-inputs.ts';
import { nowhere } from './place.ts';

const self = { kind: 'self' };
const dependencies = { kind: 'dependencies' };

test.each<[unknown, unknown]>([
  ['production', { kind: 'named', name: 'production', of: self }],
  ['^production', { kind: 'named', name: 'production', of: dependencies }],
  ['{projectRoot}/**/*', { kind: 'fileset', pattern: '{projectRoot}/**/*', of: self }],
  ['!{projectRoot}/**/*.md', { kind: 'fileset', pattern: '!{projectRoot}/**/*.md', of: self }],
  ['{workspaceRoot}/tsconfig.json', { kind: 'fileset', pattern: '{workspaceRoot}/tsconfig.json', of: self }],
  ['^{projectRoot}/src/**', { kind: 'fileset', pattern: '{projectRoot}/src/**', of: dependencies }],
  [{ fileset: '{projectRoot}/a' }, { kind: 'fileset', pattern: '{projectRoot}/a', of: self }],
  [
    { fileset: '{projectRoot}/a', dependencies: true },
    { kind: 'fileset', pattern: '{projectRoot}/a', of: dependencies },
  ],
  [{ input: 'x' }, { kind: 'named', name: 'x', of: self }],
  [
    { input: 'x', dependencies: true },
    { kind: 'named', name: 'x', of: dependencies },
  ],
  [
    { input: 'x', projects: ['a', 'b'] },
    { kind: 'named', name: 'x', of: { kind: 'projects', projects: ['a', 'b'] } },
  ],
  [
    { input: 'x', projects: 'a' },
    { kind: 'named', name: 'x', of: { kind: 'projects', projects: ['a'] } },
  ],
  [
    { input: 'x', projects: 'self' },
    { kind: 'named', name: 'x', of: self },
  ],
  [
    { input: 'x', projects: 'dependencies' },
    { kind: 'named', name: 'x', of: dependencies },
  ],
  [{ runtime: 'node -v' }, { kind: 'runtime', command: 'node -v' }],
  [{ env: 'CI' }, { kind: 'env', name: 'CI' }],
  [{ externalDependencies: ['vite'] }, { kind: 'external', packages: ['vite'] }],
  [{ dependentTasksOutputFiles: '**/*.d.ts' }, { kind: 'dependent-outputs', pattern: '**/*.d.ts', transitive: false }],
  [
    { dependentTasksOutputFiles: '**/*.d.ts', from: ['^types', 'ui:build'] },
    { kind: 'dependent-outputs', pattern: '**/*.d.ts', transitive: false, from: ['^types', 'ui:build'] },
  ],
  [
    { dependentTasksOutputFiles: '**/*.d.ts', transitive: true },
    { kind: 'dependent-outputs', pattern: '**/*.d.ts', transitive: true },
  ],
  [{ workingDirectory: 'relative' }, { kind: 'working-directory', mode: 'relative' }],
  [
    { json: '{projectRoot}/package.json', fields: ['type'] },
    { kind: 'json', pattern: '{projectRoot}/package.json', fields: ['type'], excludeFields: [] },
  ],
  [
    { json: '{workspaceRoot}/a.json', excludeFields: ['b.c'] },
    { kind: 'json', pattern: '{workspaceRoot}/a.json', fields: null, excludeFields: ['b.c'] },
  ],
  [{ platform: 'os-arch' }, { kind: 'platform', of: 'os-arch' }],
  [{ terraform: { version: 1 } }, { kind: 'plugin', inputKind: 'terraform', options: { version: 1 } }],
  [{ terraform: 'x' }, { kind: 'plugin', inputKind: 'terraform', options: { value: 'x' } }],
])('%j is read', (raw, input) => {
  expect(parseInputs([raw], nowhere)).toEqual([[input], []]);
});

test.each([
  'src/**',
  '!src',
  '',
  '^',
  '{projectName}/x',
  7,
  null,
  [],
  {},
  { env: 1 },
  { runtime: '' },
  { externalDependencies: [1] },
  { workingDirectory: 'here' },
  { json: 'package.json' },
  { json: '!{projectRoot}/package.json' },
  { platform: 'linux' },
  { one: 1, two: 2 },
])('%j is no input, and what stands beside it is still read', (raw) => {
  const [inputs, problems] = parseInputs([raw, { env: 'CI' }], nowhere);
  expect(inputs).toEqual([{ kind: 'env', name: 'CI' }]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ code: 'invalid-value', severity: 'error' });
});

test('a needless key is a warning, and "always" is accepted', () => {
  const codesOf = (raw: unknown) => parseInputs([raw], nowhere)[1].map(({ code, severity }) => `${severity} ${code}`);
  expect(codesOf({ env: 'CI', transitiv: true })).toEqual(['warning unknown-key']);
  expect(codesOf({ fileset: '{projectRoot}/a', always: true })).toEqual([]);
});

test('the index of an entry is part of the path of its problem', () => {
  expect(parseInputs(['ok', 'src/**'], nowhere)[1]).toMatchObject([{ path: '[1]', found: '"src/**"' }]);
});

test('a named input describes one project only', () => {
  expect(parseNamedInputs({ a: ['b', { env: 'CI' }] }, nowhere)[1]).toEqual([]);
  expect(parseNamedInputs({ a: ['^b'] }, nowhere)[1]).toHaveLength(1);
  expect(parseNamedInputs({ a: [{ input: 'b', projects: ['c'] }] }, nowhere)[1]).toHaveLength(1);
});

test('a fileset can look at ignored files, and an input at the dependencies of other projects', () => {
  const [inputs, problems] = parseInputs(
    [
      { fileset: '{projectRoot}/gen/**', includeIgnored: true, always: true },
      { input: 'x', projects: ['a'], dependencies: true },
    ],
    nowhere,
  );
  expect(problems).toEqual([]);
  expect(inputs).toEqual([
    { kind: 'fileset', pattern: '{projectRoot}/gen/**', of: { kind: 'self' }, includeIgnored: true },
    { kind: 'named', name: 'x', of: { kind: 'dependencies-of', projects: ['a'] } },
  ]);
});
