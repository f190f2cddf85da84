import { expect, test } from 'vitest';
import { drawContribution } from '../fixtures/draw-workspace.ts';
import type { ProjectContribution } from '../plugin.ts';
import { mergeContributions } from './merge-contributions.ts';

function refine(projects: readonly ProjectContribution[]): readonly ProjectContribution[] {
  return projects.map((project) => ({ ...project, refinesOnly: true }));
}

test('a contribution that only refines makes no project, and adds to one that there is', () => {
  const made = drawContribution({ web: { targets: { build: { executor: 'a' } } } }).projects;
  const refining = refine(
    drawContribution({ web: { targets: { build: { cache: true } } }, fixture: { targets: { build: {} } } }).projects,
  );
  const merged = mergeContributions([...made, ...refining]);
  expect(merged.map(({ name }) => name)).toEqual(['web']);
  expect(merged[0]?.targets.get('build')?.explicit).toHaveLength(2);
});

test('which of them comes first does not matter', () => {
  const made = drawContribution({ web: {} }).projects;
  expect(mergeContributions([...refine(made), ...made])).toHaveLength(1);
});
