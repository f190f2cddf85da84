import type { RunEvent } from '@larder/core';

const silentTypes = [
  'run-started',
  'task-hashed',
  'task-looked-up',
  'task-ready',
  'tasks-reopened',
  'usage-sampled',
  'artifact-stored',
  'bytes-transferred',
  'upload-skipped',
  'cache-trouble',
] as const;

/** Events that lines say nothing of when they happen: the summary counts them. */
export type SilentEvent = Extract<RunEvent, { type: (typeof silentTypes)[number] }>;

const silent: ReadonlySet<string> = new Set(silentTypes);

export function isSilent(event: RunEvent): event is SilentEvent {
  return silent.has(event.type);
}
