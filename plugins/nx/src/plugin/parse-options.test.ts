import { expect, test } from 'vitest';
import { createRootTargets } from './create-nodes.ts';
import { defaultOptions, parseOptions } from './parse-options.ts';

test('nothing said is the default, without problems', () => {
  expect(parseOptions(undefined)).toEqual([defaultOptions, []]);
});

test('all that is wrong is said at once, and the rest counts', () => {
  expect(parseOptions({ cache: 'yes', summary: false, sumary: true })).toEqual([
    { cache: true, summary: false, targets: false },
    ['"cache" is "yes"; true or false is allowed', '"sumary" is not known; these are: cache, summary, targets'],
  ]);
  expect(parseOptions([])[1]).toEqual(['"options" is no object']);
});

test('targets are inferred for the root, and only where they are asked for', async () => {
  const context = { workspaceRoot: '/nowhere/acme' };
  expect(await createRootTargets(['nx.json'], undefined, context)).toEqual([]);
  const [[file, { projects }] = ['', { projects: {} }]] = await createRootTargets(
    ['nx.json'],
    { targets: true },
    context,
  );
  expect(file).toBe('nx.json');
  expect(projects).toMatchObject({ '.': { name: 'acme', targets: { 'larder-doctor': { command: 'larder doctor' } } } });
});
