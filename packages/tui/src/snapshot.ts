import type { RunView } from '@larder/report';

/** What one frame is drawn from. */
export interface Snapshot {
  readonly view: RunView;
  /** Milliseconds since the start of the run. */
  readonly nowMs: number;
}
