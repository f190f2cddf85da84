import { asProjectName, compareCodeUnits } from '../ids.ts';
import type { Problem } from '../problem.ts';
import { findNearNames } from '../project-graph/find-near-names.ts';
import type { ProjectGraph } from '../project-graph/project.ts';

const maxSuggestions = 3;

/**
 * Why a text names no task where it begins with the name of no project: most often it is a target alone, or a project
 * alone. The tasks that it may mean, three at most.
 */
export function explainTaskName(graph: ProjectGraph, text: string): Problem {
  const colon = text.indexOf(':');
  const targets = new Set([...graph.projects.values()].flatMap((project) => [...project.targets.keys()]));
  if (colon > 0 && !targets.has(text)) {
    const project = text.slice(0, colon);
    return { code: 'unknown-project', severity: 'error', project, near: findNearNames(project, graph.projects.keys()) };
  }
  const facts = { code: 'unknown-task', severity: 'error', task: text } as const;
  if (targets.has(text)) return { ...facts, target: text, near: listTasksOf(graph, text) };
  const [target] = findNearNames(text, targets);
  const near = listTasksIn(graph, text);
  return { ...facts, target: null, near: near.length > 0 || target === undefined ? near : listTasksOf(graph, target) };
}

/** Empty where they are too many for a choice among them. */
function listTasksOf({ projects }: ProjectGraph, target: string): readonly string[] {
  const having = [...projects.values()].filter(({ targets }) => targets.has(target));
  return having.length > maxSuggestions ? [] : having.map(({ name }) => `${name}:${target}`).sort(compareCodeUnits);
}

function listTasksIn({ projects }: ProjectGraph, text: string): readonly string[] {
  const [name] = findNearNames(text, projects.keys());
  const project = name === undefined ? undefined : projects.get(asProjectName(name));
  return [...(project?.targets.keys() ?? [])].slice(0, maxSuggestions).map((target) => `${name}:${target}`);
}
