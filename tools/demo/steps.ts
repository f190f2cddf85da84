import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunFigures } from './read-run-record.ts';
import { findDependents, listTasks, sampleProjects } from './sample-projects.ts';

export interface DemoStep {
  readonly title: string;
  readonly args: readonly string[];
  /** Done to the workspace before the run. */
  readonly prepare: (workspace: string) => void;
  /** What the run did wrong, in a sentence each; empty is good. */
  readonly check: (figures: RunFigures) => readonly string[];
}

const everything = ['run-many', '-t', 'build', 'test', 'report'];
const editedLibrary = 'pricing';

export const steps: readonly DemoStep[] = [
  {
    title: 'Cold: nothing is cached anywhere',
    args: everything,
    prepare: () => {},
    check: (figures) => expectExecuted(figures, listTasks()),
  },
  {
    title: 'Nothing changed',
    args: everything,
    prepare: () => {},
    check: (figures) => [...expectExecuted(figures, []), ...expectCount('up to date', figures.upToDate)],
  },
  {
    title: 'Local cache and outputs deleted',
    args: everything,
    prepare: deleteCacheAndOutputs,
    check: (figures) => [
      ...expectExecuted(figures, []),
      ...expectCount('restored from the remote cache', figures.restoredRemote),
    ],
  },
  {
    title: `One library edited (${editedLibrary})`,
    args: ['affected', '-t', 'build', 'test'],
    prepare: (workspace) => editLibrary(workspace),
    check: (figures) => expectExecuted(figures, listAffected()),
  },
];

function listAffected(): readonly string[] {
  return listTasks(findDependents(editedLibrary).filter(({ kind }) => kind !== 'report'));
}

function deleteCacheAndOutputs(workspace: string): void {
  rmSync(join(workspace, '.larder'), { recursive: true });
  for (const { folder } of sampleProjects) rmSync(join(workspace, folder, 'dist'), { recursive: true });
}

function editLibrary(workspace: string): void {
  const addition =
    '\nexport function isDiscounted(count: number): boolean {\n  return discountPercent(count) > 0;\n}\n';
  appendFileSync(join(workspace, 'packages', editedLibrary, 'src', 'index.ts'), addition);
}

function expectExecuted({ executed, broken }: RunFigures, expected: readonly string[]): readonly string[] {
  const missing = expected.filter((task) => !executed.includes(task));
  const surplus = executed.filter((task) => !expected.includes(task));
  return [
    ...(missing.length > 0 ? [`not executed: ${missing.join(', ')}`] : []),
    ...(surplus.length > 0 ? [`executed without need: ${surplus.join(', ')}`] : []),
    ...(broken > 0 ? [`${broken} tasks failed, were skipped or cancelled`] : []),
  ];
}

function expectCount(what: string, count: number): readonly string[] {
  const all = listTasks().length;
  return count === all ? [] : [`${count} of ${all} tasks were ${what}`];
}
