import { invalidValue, locationOf } from '../config/place.ts';
import type { Parsed, Place } from '../config/place.ts';
import type { TaskId } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';
import type { DraftGraph, TaskDraft } from './connect-tasks.ts';
import { resolveOutputs } from './resolve-outputs.ts';
import { resolveOptions } from './resolve-tokens.ts';
import type { Task } from './task-graph.ts';

/** Chooses options and resolves tokens. `ids` gives the order of the result. */
export function resolveTasks(
  graph: DraftGraph,
  ids: readonly TaskId[],
  args: readonly string[],
): Parsed<ReadonlyMap<TaskId, Task>> {
  const withArgs = findForwardedArgs(graph);
  const forwarded = findForwardedOptions(graph, ids);
  const problems: Problem[] = [];
  const tasks = new Map<TaskId, Task>();
  for (const id of ids) {
    const draft = graph.drafts.get(id);
    if (draft === undefined) continue;
    const options = { ...chooseOptions(draft), ...forwarded.get(id) };
    const [outputs, found] = chooseOutputs(draft, options);
    problems.push(...found);
    const { project, target, configuration } = draft;
    tasks.set(id, {
      id,
      project: project.name,
      projectRoot: project.root,
      target: target.name,
      configuration,
      definition: target,
      options,
      args: withArgs.has(id) ? args : [],
      outputs,
      cache: target.cache && !target.continuous,
      continuous: target.continuous,
      parallelism: target.parallelism,
      requested: graph.requested.has(id),
    });
  }
  return [tasks, problems];
}

function chooseOptions({ project, target, configuration }: TaskDraft): JsonObject {
  const configured =
    configuration !== null && Object.hasOwn(target.configurations, configuration)
      ? target.configurations[configuration]
      : undefined;
  return resolveOptions({ ...target.options, ...configured }, project);
}

/** The requested tasks, and those that a task with arguments hands them on to (`params: forward`). */
function findForwardedArgs({ requested, edges }: DraftGraph): ReadonlySet<TaskId> {
  const withArgs = new Set(requested);
  for (const id of withArgs) {
    for (const [dependency, edge] of edges.get(id) ?? []) if (edge.forwardsArgs) withArgs.add(dependency);
  }
  return withArgs;
}

/** Of several dependents that hand on their options (`options: forward`) the first by id wins; a requested task takes none. */
function findForwardedOptions(graph: DraftGraph, ids: readonly TaskId[]): ReadonlyMap<TaskId, JsonObject> {
  const forwarded = new Map<TaskId, JsonObject>();
  for (const id of ids) {
    const draft = graph.drafts.get(id);
    for (const [dependency, edge] of graph.edges.get(id) ?? []) {
      if (!edge.forwardsOptions || draft === undefined) continue;
      if (graph.requested.has(dependency) || forwarded.has(dependency)) continue;
      forwarded.set(dependency, chooseOptions(draft));
    }
  }
  return forwarded;
}

const allowedOutput = 'a path that starts with {projectRoot}/, {workspaceRoot}/ or {options.…}';

function chooseOutputs({ id, project, target }: TaskDraft, options: JsonObject): Parsed<readonly string[]> {
  const { outputs, outside, invalid } = resolveOutputs(target.outputs, project, options);
  if (outside.length === 0 && invalid.length === 0) return [outputs, []];
  const location = target.location;
  const place: Place = {
    source: { file: () => location?.file ?? project.root, locate: () => location, locateKey: () => location },
    path: ['targets', target.name, 'outputs'],
  };
  return [
    outputs,
    [
      ...invalid.map((output) => invalidValue(place, output, allowedOutput)),
      ...outside.map((output): Problem => {
        return { code: 'output-outside-workspace', severity: 'error', task: id, output, ...locationOf(location) };
      }),
    ],
  ];
}
