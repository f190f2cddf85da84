import type { TaskDraft } from './connect-tasks.ts';
import { findStrongComponents } from './strong-components.ts';
import type { NumberedGraph } from './strong-components.ts';

/** The drafts by their indexes. */
export function numberDrafts(drafts: readonly TaskDraft[]): NumberedGraph {
  return { size: drafts.length, edgesOf: (index) => drafts[index]?.edges.map(({ task }) => task.index) ?? [] };
}

/**
 * Takes away edges that lead through projects without the target, where they would close a cycle: projects
 * that depend on each other in a circle are common as long as one of them has nothing to build. Nx
 * ignores such edges too. Cycles of direct edges stay, and are an error. False where there are no cycles.
 */
export function breakIndirectCycles(drafts: readonly TaskDraft[]): boolean {
  const components = findStrongComponents(numberDrafts(drafts)).filter((component) => component.length > 1);
  for (const component of components) {
    const members = new Set(component);
    for (const draft of component.flatMap((index) => drafts[index] ?? [])) {
      draft.edges = draft.edges.filter(({ task, traits }) => !traits.indirect || !members.has(task.index));
    }
  }
  return components.length > 0;
}
