import type { PlannedFile, WorkspacePlan } from '../generate/plan-workspace.ts';
import type { ScenarioName } from '../scenarios/scenario.ts';

export type Action = 'version' | 'build' | 'dry-run' | 'affected' | 'list-projects';

/** Where a contender works: a workspace that nobody else uses. */
export interface Place {
  /** Absolute. */
  readonly root: string;
  /** Absolute; the node_modules folder with the peers. */
  readonly modules: string;
  /** Null where the run may use the local cache alone. */
  readonly remote: RemoteCache | null;
}

export interface RemoteCache {
  readonly url: string;
  readonly token: string;
}

export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
  /** Beside the cleaned environment of the bench. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What a run says that it did. */
export interface TaskCounts {
  readonly executed: number;
  readonly cached: number;
}

export type ContenderRole = 'own' | 'peer' | 'floor';

export interface Contender {
  readonly name: string;
  /** A floor does less than a runner must: it is a measure for the others. */
  readonly role: ContenderRole;
  /** Its configuration of the workspace. */
  readonly configure: (plan: WorkspacePlan) => readonly PlannedFile[];
  /** Null where it has no such command, or cannot use the remote cache. */
  readonly invoke: (action: Action, place: Place) => Invocation | null;
  /** Builds everything where `invoke` does not: before the rounds of a floor. */
  readonly build?: Invocation;
  /** Counts what the output names, or null where it names nothing; a floor has none. */
  readonly readCounts: ((output: string) => TaskCounts | null) | null;
  /** Folders with all that it keeps, below the root and below each project; removed for a cold run. */
  readonly stateFolders: readonly string[];
  /** Forgets results where removing the folders would disturb a running daemon. */
  readonly forget?: (place: Place) => Invocation;
  readonly stopDaemon?: (place: Place) => Invocation;
  /** Where it takes part; everywhere by default. */
  readonly scenarios?: readonly ScenarioName[];
}

/** The number that the first group of the pattern finds, or null. */
export function findNumber(text: string, pattern: RegExp): number | null {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}
