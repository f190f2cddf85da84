import type { Project, TaskGraph } from '@larder/core';
import type { Session } from '../session/open-session.ts';

interface Defined {
  readonly session: Pick<Session, 'config' | 'graph'>;
  readonly taskGraph: TaskGraph;
}

/**
 * Whether two states of a workspace define the same tasks, so that only files can tell them apart. Most edits of a
 * package.json change nothing here, and some plugins want to be asked after any edit at all.
 */
export function isSameDefinition(a: Defined, b: Defined): boolean {
  return describe(a) === describe(b);
}

function describe({ session: { config, graph }, taskGraph }: Defined): string {
  return JSON.stringify([
    config,
    [...graph.projects.values()].map(describeProject),
    [...graph.dependencies],
    [...graph.externals.packages],
    [...graph.externals.resolutions].map(([root, found]) => [root, [...found]]),
    graph.externals.globalKey,
    // Where a target stands says nothing of what it is, and finding it costs a parse.
    [...taskGraph.tasks.values()].map((task) => ({ ...task, definition: { ...task.definition, location: null } })),
    [...taskGraph.dependencies],
  ]);
}

/** Its targets are in its tasks, as far as they matter. */
function describeProject({ targets: _targets, ...project }: Project): object {
  return project;
}
