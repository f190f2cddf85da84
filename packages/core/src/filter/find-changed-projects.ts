import { findAffected, type AffectedInput } from '../affected/find-affected.ts';
import { createFindOwner } from '../hash/find-owner.ts';
import type { ProjectName } from '../ids.ts';
import type { ProjectGraph } from '../project-graph/project.ts';

/**
 * The projects that changes concern: those whose files changed, and, of changes to files that belong to
 * no project, those with a task that counts the file or is configured by it. `affected` must hold the
 * tasks that are about to run; it is called only where such a file changed.
 */
export function findChangedProjects(
  graph: ProjectGraph,
  changes: AffectedInput['changes'],
  affected: () => Omit<AffectedInput, 'changes'>,
): ReadonlySet<ProjectName> {
  const byRoot = new Map([...graph.projects].map(([name, { root }]) => [root, name]));
  const findOwner = createFindOwner(new Set(byRoot.keys()));
  const changed = new Set<ProjectName>();
  const shared: AffectedInput['changes'][number][] = [];
  for (const change of changes) {
    const owner = findOwner(change.path);
    const name = owner === null ? undefined : byRoot.get(owner);
    if (name !== undefined) changed.add(name);
    // The root's files can configure every project, whether or not the root is one.
    if (name === undefined || owner === '') shared.push(change);
  }
  if (shared.length === 0) return changed;
  const input = affected();
  for (const [id, reason] of findAffected({ ...input, changes: shared })) {
    const project = input.taskGraph.tasks.get(id)?.project;
    if (reason.kind !== 'dependency' && project !== undefined) changed.add(project);
  }
  return changed;
}
