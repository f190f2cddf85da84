import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { adoptedNxWorkspace } from './support/nx-mode2-workspace.ts';
import { freshNxCache, nx, nxJson, removeOutputs } from './support/nx-plugin-workspace.ts';
import { larderEvents } from './support/run-larder.ts';

// Each starts nx several times, and nx takes its time on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

/**
 * What two's build waits for is left to Nx, since it is not cached: so the builds of one and two are two batches. It edits
 * a source of one where it is told to, as a person might at that moment.
 */
const editing = 'if test -n "$EDIT"; then echo edited > ../one/src/first.txt; fi';
const copy = 'mkdir -p dist && cp';
const manifest = (name: string, scripts: object, dependencies: object) => ({
  [`packages/${name}/package.json`]: { name, version: '1.0.0', scripts, dependencies },
});

function twoBatches(): Promise<string> {
  return adoptedNxWorkspace({
    ...manifest('one', { build: `${copy} src/first.txt dist/first.txt` }, {}),
    ...manifest('two', { edit: editing, build: `${copy} ../one/dist/first.txt dist/first.txt` }, { one: '1.0.0' }),
    'nx.json': {
      ...nxJson,
      targetDefaults: {
        build: { cache: true, dependsOn: ['edit', '^build'], outputs: ['{projectRoot}/dist'] },
        edit: { dependsOn: ['^build'] },
      },
    },
  });
}

const build = ['run-many', '-t', 'build'];
const built = (root: string): string => readFileSync(join(root, 'packages/two/dist/first.txt'), 'utf8');

test('what a later batch made of outputs of an earlier one is not taken for a source edited between them', async () => {
  const root = await twoBatches();
  const edited = await nx(root, build, { ...freshNxCache(), EDIT: 'yes' });
  expect(edited).toMatchObject({ exitCode: 0, hits: { 'one:build': 'executed', 'two:build': 'executed' } });
  expect(edited.stderr).toContain('two:build: inputs of one:build');
  expect(built(root)).toBe('one first\n');
  removeOutputs(root);
  await nx(root, build, freshNxCache());
  expect(built(root)).toBe('edited\n');
});

test('without an edit a later batch stores its results under the hashes that larder has for them', async () => {
  const root = await twoBatches();
  await nx(root, build, freshNxCache());
  removeOutputs(root);
  const again = await nx(root, build, freshNxCache());
  expect(again.hits).toMatchObject({ 'one:build': 'local cache', 'two:build': 'local cache' });
  const own = await larderEvents(root, build);
  expect(own.outcomes).toMatchObject({ 'one:build': 'up-to-date', 'two:build': 'up-to-date' });
});
