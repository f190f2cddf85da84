/** What a remembered answer prints and records, ready but for what differs from run to run. */
export interface Telling {
  readonly v: 1;
  /** Where it looks like this, as `Output.look` says it. */
  readonly look: string;
  /** What stands around the time that the run took; a single piece where it does not say. */
  readonly text: readonly string[];
  /** Of the run, in JSON, without `OwnOfRun`; null where no run is recorded. */
  readonly record: string | null;
}

/** What no two records share. */
export const ownOfRun = ['runId', 'startedAtEpochMs', 'durationMs', 'git'] as const;
export type OwnOfRun = (typeof ownOfRun)[number];
