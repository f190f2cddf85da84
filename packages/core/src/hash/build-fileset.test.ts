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
  expect(ownOfWeb?.within).toBeUndefined();
});
