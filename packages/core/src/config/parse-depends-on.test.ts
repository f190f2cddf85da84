import { expect, test } from 'vitest';
import { parseDependsOn } from './parse-depends-on.ts';
import { nowhere } from './place.ts';

/** The project at hand has `build` and `build:css`; there are also `ui` with `build`, and `ui:kit` with `test`. */
const lookup = {
  hasOwnTarget: (target: string) => ['build', 'build:css'].includes(target),
  hasProject: (project: string) => ['ui', 'ui:kit', 'build'].includes(project),
  hasTarget: (project: string, target: string) =>
    ['ui build', 'ui:kit test', 'ui kit:build'].includes(`${project} ${target}`),
};
const parse = (raw: unknown) => parseDependsOn(raw, nowhere, lookup);
const plain = { params: 'ignore', options: 'ignore', inputs: true };
const self = { kind: 'self' };
const dependencies = { kind: 'dependencies' };
const projects = (...names: string[]) => ({ kind: 'projects', projects: names });

test.each<[unknown, unknown]>([
  ['build', { target: 'build', of: self, ...plain }],
  ['missing', { target: 'missing', of: self, ...plain }],
  ['build-*', { target: 'build-*', of: self, ...plain }],
  ['^build', { target: 'build', of: dependencies, ...plain }],
  ['^ui:build', { target: 'ui:build', of: dependencies, ...plain }],
  ['ui:build', { target: 'build', of: projects('ui'), ...plain }],
  ['ui:kit:test', { target: 'test', of: projects('ui:kit'), ...plain }],
  ['ui:kit:build', { target: 'kit:build', of: projects('ui'), ...plain }],
  ['ui:nothing', { target: 'nothing', of: projects('ui'), ...plain }],
  ['build:css', { target: 'build:css', of: self, ...plain }],
  ['other:build', { target: 'other:build', of: self, ...plain }],
  [{ target: 'build' }, { target: 'build', of: self, ...plain }],
  [
    { target: 'build', dependencies: true },
    { target: 'build', of: dependencies, ...plain },
  ],
  [
    { target: 'build', projects: 'ui' },
    { target: 'build', of: projects('ui'), ...plain },
  ],
  [
    { target: 'build', projects: ['tag:x', '!ui'] },
    { target: 'build', of: projects('tag:x', '!ui'), ...plain },
  ],
  [
    { target: 'build', projects: 'self' },
    { target: 'build', of: self, ...plain },
  ],
  [
    { target: 'build', projects: 'dependencies' },
    { target: 'build', of: dependencies, ...plain },
  ],
  [
    { target: 'build', params: 'forward', options: 'forward', inputs: false, waitFor: 'ready' },
    { target: 'build', of: self, params: 'forward', options: 'forward', inputs: false, waitFor: 'ready' },
  ],
  [
    { target: 'build', waitFor: 'started' },
    { target: 'build', of: self, ...plain },
  ],
])('%j is read', (raw, dependency) => {
  expect(parse([raw])).toEqual([[dependency], []]);
});

test.each(['', '^', 7, null, [], {}, { target: '' }])(
  '%j is no dependency, and those beside it are still read',
  (raw) => {
    const [read, problems] = parse([raw, 'build']);
    expect(read).toHaveLength(1);
    expect(problems).toMatchObject([{ code: 'invalid-value', severity: 'error' }]);
  },
);

test('every wrong key of an entry is reported', () => {
  const [, problems] = parse([{ target: 'build', projects: [1], params: 'all', project: 'ui' }]);
  expect(problems.map(({ code }) => code)).toEqual(['unknown-key', 'invalid-value', 'invalid-value']);
  expect(problems[0]).toMatchObject({ near: ['projects'], severity: 'warning' });
});

test('dependsOn is an array', () => {
  expect(parse('build')[1]).toHaveLength(1);
});
