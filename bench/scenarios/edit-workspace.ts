import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PlannedProject } from '../generate/plan-workspace.ts';
import { git } from '../generate/git.ts';
import type { Site } from './scenario.ts';

export function deleteOutputs({ plan, place }: Site): void {
  for (const { folder } of plan.projects) rmSync(join(place.root, folder, 'dist'), { recursive: true, force: true });
}

/** Everything that the contender keeps, in the workspace and in its projects. */
export async function deleteState({ contender, plan, place, forget }: Site): Promise<void> {
  if (contender.forget !== undefined) return forget();
  for (const name of contender.stateFolders) {
    rmSync(join(place.root, name), { recursive: true, force: true });
    for (const { folder } of plan.projects) rmSync(join(place.root, folder, name), { recursive: true, force: true });
  }
}

/** No two rounds write the same text, so that no cache has it. */
export function editProject({ place }: Site, project: PlannedProject, round: number): void {
  const [source] = project.sources;
  if (source !== undefined) appendFileSync(join(place.root, project.folder, source.path), `edit ${round}\n`);
}

export function undoEdits({ place }: Site): void {
  git(place.root, 'checkout', '--quiet', '--force', 'main');
}

/** Says what is wrong with the outputs, or null. The outputs of a task are a copy of its sources. */
export function findWrongOutput({ plan, edited, place }: Site): string | null {
  for (const { folder, sources } of plan.projects) {
    const missing = sources.find(({ path }) => !existsSync(outputOf(place.root, folder, path)));
    if (missing !== undefined) return `${folder} lacks the output of ${missing.path}`;
  }
  for (const { folder, sources } of [edited.leaf, edited.root, edited.middle]) {
    for (const { path } of sources) {
      const built = readFileSync(outputOf(place.root, folder, path), 'utf8');
      if (built !== readFileSync(join(place.root, folder, path), 'utf8'))
        return `${folder} has a stale output of ${path}`;
    }
  }
  return null;
}

function outputOf(root: string, folder: string, source: string): string {
  return join(root, folder, source.replace(/^src\//, 'dist/'));
}
