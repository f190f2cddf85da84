import type { TaskView } from './run-view.ts';

/** What is known of a task that nobody has worked on, or that begins anew. */
export const notBegun = {
  state: 'waiting',
  hash: null,
  lookup: null,
  outcome: null,
  usage: null,
  takesInput: false,
  ready: false,
  activeAt: null,
  startedAt: null,
  settledAt: null,
  chainMs: 0,
  chainFrom: null,
  output: null,
} as const satisfies Partial<TaskView>;
