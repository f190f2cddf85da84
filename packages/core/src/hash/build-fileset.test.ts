import { expect, test } from 'vitest';
import { drawGraph } from '../fixtures/draw-workspace.ts';
import { asProjectName } from '../ids.ts';
import { FilesetBuilder } from './build-fileset.ts';

test('a pattern over the whole workspace is listed once for tasks with different outputs', () => {
  const graph = drawGraph({ web: {}, api: {} });
  const builder = new FilesetBuilder(graph.projects.values(), () => true);
  const build = (name: string) => {
    const project = graph.projects.get(asProjectName(name))!;
    const place = { project, outputs: [`${project.root}/dist`], source: 'workspace' as const };
    return builder.build(['{workspaceRoot}/**/.env', '{projectRoot}/src'], place, () => {});
  };
  const [ownOfWeb, sharedOfWeb] = build('web');
  const [, sharedOfApi] = build('api');
  expect(sharedOfWeb?.within).toBeDefined();
  expect(sharedOfWeb?.within).toBe(sharedOfApi?.within);
  expect(ownOfWeb?.within).not.toBe(sharedOfWeb?.within);
});

test("a project's pattern is listed once for its task and for those that depend on it", () => {
  const graph = drawGraph({ web: {} });
  const builder = new FilesetBuilder(graph.projects.values(), () => false);
  const project = graph.projects.get(asProjectName('web'))!;
  const build = (outputs: readonly string[], source: 'workspace' | 'disk') =>
    builder.build(['{projectRoot}/**/*'], { project, outputs, source }, () => {})[0];
  expect(build([`${project.root}/dist`], 'workspace')?.within).toBe(build([], 'workspace'));
  // A task writes such files while others run: each look counts.
  expect(build([`${project.root}/dist`], 'disk')?.within).toBeUndefined();
});
