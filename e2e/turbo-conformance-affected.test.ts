import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commitAll, git, writeFiles } from './support/make-workspace.ts';
import { larder } from './support/run-larder.ts';
import { turboPlan } from './support/run-turbo.ts';
import { makeTurboRepository } from './support/turbo-repository.ts';

const tasks = {
  build: { dependsOn: ['^build'], inputs: ['$TURBO_DEFAULT$', '!README.md'] },
  lint: { inputs: ['src/**', '$TURBO_ROOT$/lint.config.js'] },
};

/** `core` <- `ui` <- `web`, and `docs` by itself; the change is committed on a branch. */
function changedRepository(edit: (root: string) => void): string {
  const root = makeTurboRepository(
    // turbo's own way to look at tasks rather than at packages.
    { globalDependencies: ['global.txt'], futureFlags: { affectedUsingTaskInputs: true }, tasks },
    {
      core: { scripts: 'build lint' },
      ui: { scripts: 'build lint', deps: ['core'] },
      web: { scripts: 'build lint', deps: ['ui'], folder: 'apps/web' },
      docs: { scripts: 'build lint', folder: 'apps/docs' },
    },
    { 'global.txt': 'g', 'lint.config.js': '1', 'other.txt': 'o' },
  );
  git(root, 'checkout', '-q', '-b', 'feature');
  edit(root);
  commitAll(root, 'change');
  return root;
}

const dependents = { core: ['ui', 'web'], ui: ['web'], none: [] } as const;

/** `source`: lint waits for nothing, but Larder counts the sources of dependencies for it all the same. */
const changes: readonly (readonly [name: string, edit: (root: string) => void, source: keyof typeof dependents])[] = [
  ['a source', (root) => writeFiles(root, { 'packages/core/src/a.txt': 'x' }), 'core'],
  ['a source in the middle', (root) => writeFiles(root, { 'packages/ui/src/a.txt': 'x' }), 'ui'],
  ['a new file', (root) => writeFiles(root, { 'apps/docs/src/n.txt': 'x' }), 'none'],
  ['a deleted file', (root) => rmSync(join(root, 'packages/core/src/b.txt')), 'core'],
  ['a renamed file', (root) => void git(root, 'mv', 'apps/web/src/a.txt', 'apps/web/src/c.txt'), 'none'],
  ['a file that no task counts', (root) => writeFiles(root, { 'apps/web/README.md': 'x' }), 'none'],
  ['a file of the root that one task counts', (root) => writeFiles(root, { 'lint.config.js': '2' }), 'none'],
  ['a file of the root that nothing counts', (root) => writeFiles(root, { 'other.txt': 'x' }), 'none'],
  ['a global dependency', (root) => writeFiles(root, { 'global.txt': 'x' }), 'none'],
];

// Both lists hold what the affected tasks wait for as well.
test.each(changes)('the same tasks are affected by %s', async (_, edit, source) => {
  const root = changedRepository(edit);
  const plan = await turboPlan(root, ['build', 'lint', '--affected']);
  const run = await larder(root, ['affected', '-t', 'build', 'lint', '--base', 'main', '--dry-run=json']);
  expect(run.exitCode).toBe(0);
  const ids = (JSON.parse(run.stdout) as { readonly tasks: readonly { readonly id: string }[] }).tasks.map(
    ({ id }) => id,
  );
  const theirs = [...(plan?.tasks.keys() ?? [])].sort();
  const fromSource = (id: string): boolean => dependents[source].some((name) => id === `${name}:lint`);
  expect([...ids].sort().filter((id) => theirs.includes(id) || !fromSource(id))).toEqual(theirs);
});
