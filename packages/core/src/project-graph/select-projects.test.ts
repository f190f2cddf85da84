import { expect, test } from 'vitest';
import { drawGraph } from '../fixtures/draw-workspace.ts';
import { selectProjects } from './select-projects.ts';

const graph = drawGraph({
  '@acme/ui': { root: 'packages/ui', tags: ['scope:web'] },
  '@acme/ui-kit': { root: 'packages/ui-kit', tags: ['scope:web', 'type:lib'] },
  api: { root: 'apps/api', tags: ['scope:server'] },
  web: { root: 'apps/web', tags: ['scope:web'] },
  root: { root: '' },
});

function select(patterns: string, exclude = ''): string {
  const split = (text: string) => text.split(' ').filter((part) => part !== '');
  const selection = selectProjects(graph, split(patterns), split(exclude));
  if (selection.kind === 'selected') return selection.projects.join(' ');
  return `unknown: ${selection.problems.map((problem) => JSON.stringify(problem)).join()}`;
}

test.each([
  ['', '', '@acme/ui @acme/ui-kit api root web'],
  ['web', '', 'web'],
  ['@acme/ui', '', '@acme/ui'],
  ['ui', '', '@acme/ui'],
  ['UI', '', '@acme/ui'],
  ['@acme/*', '', '@acme/ui @acme/ui-kit'],
  ['*', 'api', '@acme/ui @acme/ui-kit root web'],
  ['tag:scope:web', '', '@acme/ui @acme/ui-kit web'],
  ['tag:scope:*', 'tag:type:lib', '@acme/ui api web'],
  ['apps/web', '', 'web'],
  ['./apps/web/', '', 'web'],
  ['.', '', 'root'],
  ['apps/*', '', 'api web'],
  ['{api,web}', '', 'api web'],
  ['name:web', '', 'web'],
  ['directory:apps/*', '', 'api web'],
  ['!api', '', '@acme/ui @acme/ui-kit root web'],
  ['tag:scope:web !web', '', '@acme/ui @acme/ui-kit'],
  ['!tag:scope:web web', '', 'api root web'],
  ['tag:nobody', '', ''],
  ['nobody-*', '', ''],
  ['web', 'nobody', 'web'],
])('%j without %j selects %j', (patterns, exclude, selected) => {
  expect(select(patterns, exclude)).toBe(selected);
});

test('every name that matches nothing is reported, with near names', () => {
  const selection = selectProjects(graph, ['wbe', 'web', 'nobody'], []);
  expect(selection).toMatchObject({
    kind: 'unknown',
    problems: [
      { code: 'unknown-project', project: 'wbe', near: ['web'] },
      { code: 'unknown-project', project: 'nobody', near: [] },
    ],
  });
});
