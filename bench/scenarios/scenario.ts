import type { Action, Contender, Place, TaskCounts } from '../contenders/contender.ts';
import type { EditedProjects } from '../generate/choose-edited-projects.ts';
import type { WorkspacePlan } from '../generate/plan-workspace.ts';

export const scenarioNames = [
  'start-up',
  'dry-run',
  'nothing-changed',
  'restore',
  'leaf-edited',
  'affected',
  'cold',
  'root-edited',
  'discovery',
  'remote-pull',
] as const;

export type ScenarioName = (typeof scenarioNames)[number];

/** One contender in one workspace. */
export interface Site {
  readonly contender: Contender;
  readonly plan: WorkspacePlan;
  readonly edited: EditedProjects;
  readonly place: Place;
  /** Builds everything, unmeasured; resolves to the output, rejects where it fails. */
  readonly build: () => Promise<string>;
  /** Runs what the contender brings along to reset itself. */
  readonly forget: () => Promise<void>;
}

/** What is measured, and how it is known that the contender did it. */
export interface Scenario {
  readonly name: ScenarioName;
  readonly title: string;
  readonly action: Action;
  readonly usesRemote?: boolean;
  /** Once before the rounds; the workspace is as committed, and everything built and cached. */
  readonly arrange?: (site: Site) => Promise<void> | void;
  /** Before each run. `round` differs from run to run. */
  readonly prepare?: (site: Site, round: number) => Promise<void> | void;
  /** Null where the action runs no tasks. */
  readonly expect: (site: Site) => TaskCounts | null;
}
