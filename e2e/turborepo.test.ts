import { expect, test } from 'vitest';
import { makeWorkspace, project, writeFiles } from './support/make-workspace.ts';
import { larder, larderEvents } from './support/run-larder.ts';

function turboWorkspace(): string {
  return makeWorkspace({
    '.gitignore': 'node_modules\ndist\n*.log\n',
    'package.json': { name: 'acme', private: true, workspaces: ['packages/*'], packageManager: 'npm@11.0.0' },
    'turbo.json': {
      tasks: {
        build: { dependsOn: ['^build'], outputs: ['dist/**'], env: ['API_URL'] },
        test: { dependsOn: ['build'], inputs: ['src/**'] },
      },
    },
    'tools/build.mjs': `import { cpSync } from 'node:fs'; cpSync('src', 'dist', { recursive: true });`,
    ...project('core', []),
    ...project('app', ['core']),
  });
}

test('a turbo.json repository builds and caches as it is', async () => {
  const root = turboWorkspace();
  const cold = await larderEvents(root, ['run-many', '-t', 'build', 'test']);
  expect(cold.stderr).toBe('');
  expect(cold.outcomes).toMatchObject({ 'core:build': 'executed', 'app:test': 'executed' });
  const warm = await larderEvents(root, ['run-many', '-t', 'build', 'test']);
  expect(new Set(Object.values(warm.outcomes))).toEqual(new Set(['up-to-date']));
});

test('a declared variable changes the hash, another does not', async () => {
  const root = turboWorkspace();
  const plain = await larderEvents(root, ['run', 'core:build']);
  const other = await larderEvents(root, ['run', 'core:build'], { env: { OTHER: '1' } });
  const declared = await larderEvents(root, ['run', 'core:build'], { env: { API_URL: 'x' } });
  expect(other.hashes).toEqual(plain.hashes);
  expect(declared.hashes).not.toEqual(plain.hashes);
});

test('a value of the wrong kind in turbo.json is told with its place', async () => {
  const root = turboWorkspace();
  writeFiles(root, { 'turbo.json': '{\n  "tasks": { "build": { "outputs": "dist" } }\n}\n' });
  const run = await larder(root, ['run-many', '-t', 'build']);
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toMatch(/turbo\.json:2:\d+/);
});
