import type { PlannedProject, WorkspacePlan } from './plan-workspace.ts';

/** The projects that the scenarios edit. */
export interface EditedProjects {
  /** Nothing depends on it. */
  readonly leaf: PlannedProject;
  /** All others depend on it. */
  readonly root: PlannedProject;
  /** It affects about a quarter of the tasks. */
  readonly middle: PlannedProject;
}

/** Those of the lower layers come first; a bound keeps the search linear. */
const mostCandidates = 400;

export function chooseEditedProjects(plan: WorkspacePlan): EditedProjects {
  const root = plan.projects[0];
  const leaf = plan.projects.at(-1);
  if (root === undefined || leaf === undefined) throw new Error('a workspace needs a project');
  const wanted = plan.projects.length / 4;
  const distance = ({ name }: PlannedProject): number => Math.abs(findAffectedTasks(plan, name).size - wanted);
  const step = Math.ceil(plan.projects.length / mostCandidates);
  const candidates = plan.projects.filter((_, index) => index % step === 0);
  const middle = candidates
    .map((project) => ({ project, distance: distance(project) }))
    .reduce((best, each) => (each.distance < best.distance ? each : best)).project;
  return { leaf, root, middle };
}

/** Names of the projects that a run of the affected ones builds: those that need the changed one, and all that they need. */
export function findAffectedTasks(plan: WorkspacePlan, changed: string): ReadonlySet<string> {
  const tasks = new Set([changed]);
  for (const { name, dependencies } of plan.projects) {
    if (dependencies.some((dependency) => tasks.has(dependency))) tasks.add(name);
  }
  for (const { name, dependencies } of plan.projects.toReversed()) {
    if (tasks.has(name)) for (const dependency of dependencies) tasks.add(dependency);
  }
  return tasks;
}
