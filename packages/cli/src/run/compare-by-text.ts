import {
  buildProjectGraph,
  findSameTasks,
  hasErrors,
  type AffectedBase,
  type Config,
  type ProjectGraph,
} from '@larder/core';
import type { GraphContribution, TaskDefinitions } from '@larder/core';
import type { Session } from '../session/open-session.ts';

/** One of the two moments: what plugins said of it, and what tasks come out of a graph. */
export interface Moment {
  readonly contributions: readonly (GraphContribution | null)[];
  readonly config: Config;
  readonly defineTasks: (graph: ProjectGraph) => TaskDefinitions | null;
}

/**
 * Where some plugin can only speak of the workspace as it is, others read text and know both moments. Of tasks that
 * these define now exactly as all plugins together do, they are believed about then, too. Undefined where the text
 * alone makes no graph.
 */
export function compareByText(
  { plugins }: Session,
  all: TaskDefinitions,
  moments: { readonly base: Moment; readonly head: Moment },
): AffectedBase['byText'] {
  const define = ({ contributions, config, defineTasks }: Moment): TaskDefinitions | null => {
    const texts = contributions.filter((_, index) => plugins[index]?.graph?.followsFromText === true);
    const [graph, problems] = buildProjectGraph(
      texts.filter((contribution) => contribution !== null),
      config,
    );
    return hasErrors(problems) ? null : defineTasks(graph);
  };
  const [base, head] = [define(moments.base), define(moments.head)];
  return base === null || head === null ? undefined : { base, head, tasks: findSameTasks(head, all) };
}
