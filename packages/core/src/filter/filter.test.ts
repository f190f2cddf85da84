import { expect, test } from 'vitest';
import { drawGraph } from '../fixtures/draw-workspace.ts';
import { asProjectName, asWorkspacePath } from '../ids.ts';
import { parseFilters } from './parse-filter.ts';
import { formatFilterChanges } from './project-filter.ts';
import { selectByFilters } from './select-by-filters.ts';

const graph = drawGraph({
  core: { root: 'packages/core', tags: ['base'] },
  lib: { root: 'packages/lib', deps: 'core' },
  web: {
    root: 'apps/web',
    deps: 'lib',
    tags: ['ui'],
    targets: { test: { command: 't', metadata: { tags: ['slow'] } } },
  },
  docs: { root: 'apps/docs', deps: 'lib' },
  '@scope/tool': { root: 'tools/tool', packageName: '@scope/tool' },
});

function select(texts: readonly string[], options: { changed?: string; from?: string; target?: string } = {}): unknown {
  const [filters, problems] = parseFilters(texts, asWorkspacePath(options.from ?? ''));
  if (problems.length > 0) return problems.map((problem) => ('detail' in problem ? problem.detail : problem.code));
  const selection = selectByFilters(filters, {
    graph,
    changedProjects: () => new Set((options.changed ?? '').split(' ').map(asProjectName)),
    target: options.target ?? null,
  });
  return selection.kind === 'selected' ? selection.projects.join(' ') : selection.problems;
}

test.each([
  [['web'], 'web'],
  [['w*'], 'web'],
  [['*'], '@scope/tool core docs lib web'],
  [['@acme/lib'], 'lib'],
  [['...core'], 'core docs lib web'],
  [['...^core'], 'docs lib web'],
  [['web...'], 'core lib web'],
  [['web^...'], 'core lib'],
  [['...lib...'], 'core docs lib web'],
  [['./apps/*'], 'docs web'],
  [['{apps/*}'], 'docs web'],
  [['{./apps/*}...'], 'core docs lib web'],
  [['...{./packages/core}'], 'core docs lib web'],
  [['w*{./apps/*}'], 'web'],
  [['./packages/../apps/*'], 'docs web'],
  [['{./apps/{web,docs}}'], 'docs web'],
  [['!web'], '@scope/tool core docs lib'],
  [['web', '!web'], ''],
  [['!...lib', '*'], '@scope/tool core'],
  [['docs', 'web'], 'docs web'],
  [['tag:ui'], 'web'],
  [['tag:"base"...'], 'core'],
  [['...tag:base'], 'core docs lib web'],
  [['noth*'], ''],
  [['tag:none'], ''],
])('%j selects %j', (texts, expected) => {
  expect(select(texts)).toBe(expected);
});

test.each([
  [['[main]'], 'lib'],
  [['...[main]'], 'docs lib web'],
  [['...^[main]'], 'docs web'],
  [['[main]...'], 'core lib'],
  [['web...[main]'], 'web'],
  [['core...[main]'], ''],
  [['web[main]'], ''],
  [['{./apps/*}...[main]'], 'docs web'],
  [['...lib[main]'], 'docs lib web'],
  [['w*{./apps/*}...[main...HEAD]'], 'web'],
  [['*', '![main]'], '@scope/tool core docs web'],
])('with a change in lib %j selects %j', (texts, expected) => {
  expect(select(texts, { changed: 'lib' })).toBe(expected);
});

test("a target's own tags count where that target is to run", () => {
  expect(select(['tag:slow'], { target: 'test' })).toBe('web');
  expect(select(['tag:slow'], { target: 'build' })).toBe('');
});

test('folders are relative to where the command was given', () => {
  expect(select(['./*'], { from: 'apps' })).toBe('docs web');
  expect(select(['../packages/lib'], { from: 'apps' })).toBe('lib');
});

test('a range and a single ref are told apart', () => {
  const [filters] = parseFilters(['[a...b]', '[HEAD^1]'], asWorkspacePath(''));
  expect(filters.map(({ subject }) => subject.changes)).toEqual([
    { kind: 'between', base: 'a', head: 'b' },
    { kind: 'since', ref: 'HEAD^1' },
  ]);
  expect(filters.map(({ subject }) => formatFilterChanges(subject.changes!))).toEqual(['[a...b]', '[HEAD^1]']);
});

test.each(['', '!', '...', '{}', '[]', '[...b]', '[a...]', '......[main]', 'a{b', 'a]b', '../x', 'tag:"x', 'tag:""'])(
  '%j is no filter',
  (text) => {
    expect(select([text])).toEqual([expect.stringContaining(`--filter ${JSON.stringify(text)}: `)]);
  },
);

test('a name that no project has is told with near ones, a folder with those below it', () => {
  expect(select(['wbe'])).toMatchObject([{ code: 'unknown-project', project: 'wbe', near: ['web'] }]);
  expect(select(['tool'])).toMatchObject([{ code: 'unknown-project', near: ['@scope/tool'] }]);
  expect(select(['./apps'])).toMatchObject([{ code: 'unknown-project', project: './apps', near: ['./apps/**'] }]);
});
