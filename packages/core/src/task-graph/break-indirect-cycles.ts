import type { TaskId } from '../ids.ts';
import type { DraftGraph } from './connect-tasks.ts';
import { findStrongComponents } from './strong-components.ts';

/**
 * Takes away edges that lead through projects without the target, where they would close a cycle: projects
 * that depend on each other in a circle are common as long as one of them has nothing to build. Nx
 * ignores such edges too. Cycles of direct edges stay, and are an error.
 */
export function breakIndirectCycles({ drafts, edges }: DraftGraph): void {
  const edgesOf = (id: TaskId) => edges.get(id)?.keys() ?? [];
  for (const component of findStrongComponents(drafts.keys(), edgesOf)) {
    if (component.length < 2) continue;
    const members = new Set(component);
    for (const id of component) {
      const dependencies = edges.get(id);
      for (const [dependency, edge] of dependencies ?? []) {
        if (edge.indirect && members.has(dependency)) dependencies?.delete(dependency);
      }
    }
  }
}
