import type { PlannedProject, WorkspacePlan } from './plan-workspace.ts';

/** Names of all that must be built again when the project changes, itself included. */
export function findDependents(plan: WorkspacePlan, name: string): ReadonlySet<string> {
  const dependents = new Set([name]);
  for (const project of plan.projects) {
    if (project.dependencies.some((dependency) => dependents.has(dependency))) dependents.add(project.name);
  }
  return dependents;
}

/** The projects that the scenarios edit. */
export interface EditedProjects {
  /** Nothing depends on it. */
  readonly leaf: PlannedProject;
  /** All others depend on it. */
  readonly root: PlannedProject;
  /** About a quarter of all depends on it. */
  readonly middle: PlannedProject;
}

export function chooseEditedProjects(plan: WorkspacePlan): EditedProjects {
  const root = plan.projects[0];
  const leaf = plan.projects.at(-1);
  if (root === undefined || leaf === undefined) throw new Error('a workspace needs a project');
  const wanted = plan.projects.length / 4;
  const distance = (project: PlannedProject): number => Math.abs(findDependents(plan, project.name).size - wanted);
  const candidates = plan.projects.slice(1, 1 + mostCandidates);
  const middle = candidates.reduce((best, each) => (distance(each) < distance(best) ? each : best), leaf);
  return { leaf, root, middle };
}

/** Those of the lower layers come first, and the search stays linear. */
const mostCandidates = 200;
