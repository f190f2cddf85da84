import { invalidValue, locationOf } from '../config/place.ts';
import type { Parsed, Place } from '../config/place.ts';
import type { TaskId } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';
import type { TaskDraft } from './connect-tasks.ts';
import { parseNamedArgs } from './parse-named-args.ts';
import { resolveOutputs } from './resolve-outputs.ts';
import { resolveOptions } from './resolve-tokens.ts';
import type { Task } from './task-graph.ts';

/** Chooses options and resolves tokens. Keeps the order of the drafts. */
export function resolveTasks(drafts: readonly TaskDraft[], args: readonly string[]): Parsed<ReadonlyMap<TaskId, Task>> {
  const withArgs = findForwardedArgs(drafts);
  const forwarded = findForwardedOptions(drafts);
  const named = parseNamedArgs(args);
  const problems: Problem[] = [];
  const tasks = new Map<TaskId, Task>();
  for (const draft of drafts) {
    const { id, project, target, configuration, requested } = draft;
    const extra = forwarded.get(draft);
    const options = extra === undefined ? chooseOptions(draft) : { ...chooseOptions(draft), ...extra };
    const [outputs, found] = chooseOutputs(draft, withArgs.has(draft) ? { ...options, ...named } : options);
    problems.push(...found);
    tasks.set(id, {
      id,
      project: project.name,
      projectRoot: project.root,
      target: target.name,
      configuration,
      definition: target,
      options,
      args: withArgs.has(draft) ? args : [],
      outputs,
      cache: target.cache && !target.continuous,
      continuous: target.continuous,
      parallelism: target.parallelism,
      requested,
    });
  }
  return [tasks, problems];
}

function chooseOptions({ project, target, configuration }: TaskDraft): JsonObject {
  const { options, configurations } = target;
  const configured = configuration !== null && Object.hasOwn(configurations, configuration);
  return resolveOptions(configured ? { ...options, ...configurations[configuration] } : options, project);
}

/** The requested tasks, and those that a task with arguments hands them on to (`params: forward`). */
function findForwardedArgs(drafts: readonly TaskDraft[]): ReadonlySet<TaskDraft> {
  const withArgs = new Set(drafts.filter(({ requested }) => requested));
  for (const { edges } of withArgs) {
    for (const { task, traits } of edges) if (traits.forwardsArgs) withArgs.add(task);
  }
  return withArgs;
}

/** Of several dependents that hand on their options (`options: forward`) the first by id wins; a requested task takes none. */
function findForwardedOptions(drafts: readonly TaskDraft[]): ReadonlyMap<TaskDraft, JsonObject> {
  const forwarded = new Map<TaskDraft, JsonObject>();
  for (const draft of drafts) {
    for (const { task, traits } of draft.edges) {
      if (!traits.forwardsOptions || task.requested || forwarded.has(task)) continue;
      forwarded.set(task, chooseOptions(draft));
    }
  }
  return forwarded;
}

const allowedOutput = 'a path that starts with {projectRoot}/, {workspaceRoot}/ or {options.…}';

/** What is given on the command line may say where the outputs go: `-- --outputPath=elsewhere`. */
function chooseOutputs({ id, project, target }: TaskDraft, options: JsonObject): Parsed<readonly string[]> {
  const named = target.outputsGuessed === true && options['outputPath'] ? ['{options.outputPath}'] : target.outputs;
  const { outputs, outside, invalid } = resolveOutputs(named, project, options);
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
