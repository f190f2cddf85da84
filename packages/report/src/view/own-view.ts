import type { CacheTroubleCode, TaskId } from '@larder/core';
import { tailBounds, type OutputBounds } from './output-tail.ts';
import type { CacheTroubleView, RunView, TaskView } from './run-view.ts';
import { noUsage } from './task-usage.ts';

/**
 * A view as its reducer sees it. Maps and sets are changed in place, because copying them for each of
 * 100,000 events would be quadratic; `RunView` hides that from everyone else.
 */
export interface OwnedView extends RunView {
  readonly tasks: Map<TaskId, TaskView>;
  readonly groups: OwnedGroups;
  readonly troubles: Map<CacheTroubleCode, CacheTroubleView>;
  readonly missReasons: Map<string, number>;
  readonly startOrder: TaskId[];
  readonly outputBudget: OutputBudget;
}

export interface OwnedGroups {
  readonly failed: TaskId[];
  readonly active: Set<TaskId>;
  readonly waiting: Set<TaskId>;
  readonly done: TaskId[];
}

/** Characters of output that all tasks hold together, and how far settled ones were cut back. */
export interface OutputBudget {
  readonly bounds: OutputBounds;
  characters: number;
  shrunkDone: number;
  shrunkFailed: number;
}

/**
 * The view of a run that has not started. It belongs to the one reducer that it is first given to.
 * `bounds` are those of each task's output.
 */
export function initialView(bounds: OutputBounds = tailBounds): RunView {
  const view: OwnedView = {
    runId: null,
    startedAtEpochMs: 0,
    command: '',
    slots: 0,
    at: 0,
    tasks: new Map(),
    groups: { failed: [], active: new Set(), waiting: new Set(), done: [] },
    totals: { executed: 0, restoredLocal: 0, restoredRemote: 0, upToDate: 0, failed: 0, skipped: 0, cancelled: 0 },
    settledCount: 0,
    hits: { cacheable: 0, local: 0, remote: 0 },
    savedMs: 0,
    remote: {
      downloadedBytes: 0,
      downloadMs: 0,
      uploadedBytes: 0,
      uploadMs: 0,
      skippedUploads: 0,
      skippedUploadBytes: 0,
    },
    troubles: new Map(),
    missReasons: new Map(),
    usage: noUsage,
    usageNow: null,
    criticalEnd: null,
    finished: null,
    startOrder: [],
    outputBudget: { bounds, characters: 0, shrunkDone: 0, shrunkFailed: 0 },
  };
  return view;
}

/** Every `RunView` is made by `initialView`, so it is an owned one underneath. */
export function ownView(view: RunView): OwnedView {
  return view as OwnedView;
}
