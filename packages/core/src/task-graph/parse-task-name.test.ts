import { expect, test } from 'vitest';
import { drawGraph } from '../fixtures/draw-workspace.ts';
import { parseTaskName } from './parse-task-name.ts';

const run = (configurations = {}) => ({ command: 'x', configurations });
const graph = drawGraph({
  web: { targets: { build: run({ production: {}, 'a:b': {} }), 'build:css': run(), 'build:css:min': run() } },
  'web:e2e': { targets: { build: run(), run: run() } },
  '@acme/ui': { targets: { build: run() } },
  '@acme/api': { targets: { build: run() } },
  '@other/api': { targets: { build: run() } },
});

const parse = (text: string) => {
  const result = parseTaskName(graph, text);
  return result.kind === 'parsed' ? [result.project, result.target, result.configuration] : result.problems;
};

test.each([
  ['web:build', ['web', 'build', null]],
  ['web:build:production', ['web', 'build', 'production']],
  ['web:build:a:b', ['web', 'build', 'a:b']],
  ['web:build:css', ['web', 'build:css', null]],
  ['web:build:css:min', ['web', 'build:css:min', null]],
  ['web:e2e:build', ['web:e2e', 'build', null]],
  ['@acme/ui:build', ['@acme/ui', 'build', null]],
  ['ui:build', ['@acme/ui', 'build', null]],
])('%s', (text, parsed) => {
  expect(parse(text)).toEqual(parsed);
});

test.each([
  ['wbe:build', { code: 'unknown-project', project: 'wbe', near: ['web'] }],
  ['wbe:build:production', { code: 'unknown-project', project: 'wbe', near: ['web'] }],
  ['api:build', { code: 'unknown-project', project: 'api', near: ['@acme/api', '@other/api'] }],
  ['build', { code: 'unknown-task', task: 'build', target: 'build', near: [] }],
  ['run', { code: 'unknown-task', task: 'run', target: 'run', near: ['web:e2e:run'] }],
  ['build:css', { code: 'unknown-task', task: 'build:css', target: 'build:css', near: ['web:build:css'] }],
  ['rnu', { code: 'unknown-task', task: 'rnu', target: null, near: ['web:e2e:run'] }],
  ['ui', { code: 'unknown-task', task: 'ui', target: null, near: ['@acme/ui:build'] }],
  ['web', { code: 'unknown-task', near: ['web:build', 'web:build:css', 'web:build:css:min'] }],
  ['nothing-like-it', { code: 'unknown-task', task: 'nothing-like-it', target: null, near: [] }],
  ['', { code: 'unknown-task', task: '', target: null, near: [] }],
  ['web:biuld', { code: 'unknown-target', target: 'biuld', near: ['build'] }],
  ['web:', { code: 'unknown-target', target: '' }],
  [
    'web:build:prodution',
    { code: 'unknown-configuration', task: 'web:build', configuration: 'prodution', near: ['production'] },
  ],
  ['web:build:toString', { code: 'unknown-configuration', task: 'web:build', configuration: 'toString' }],
  ['web:e2e:biuld', { code: 'unknown-target', target: 'biuld', near: ['build'] }],
])('%j names the first part that does not exist', (text, problem) => {
  expect(parse(text)).toMatchObject([problem]);
});
