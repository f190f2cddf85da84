import type { TaskId } from '@larder/core';
import type { RunView, TaskForecast } from '@larder/report';

/** What one frame is drawn from. */
export interface Snapshot {
  readonly view: RunView;
  /** Milliseconds since the start of the run. */
  readonly nowMs: number;
  readonly forecasts: ReadonlyMap<TaskId, TaskForecast>;
}
