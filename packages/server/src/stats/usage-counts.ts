import type { ReportedTask } from '@larder/protocol';

/** What a server saw of one scope through one protocol. */
export interface RequestCounts {
  hits: number;
  misses: number;
  sentBytes: number;
  savedMs: number;
  stored: number;
  storedBytes: number;
}

/** What clients reported of one task in one scope. */
export interface TaskCounts {
  localHits: number;
  remoteHits: number;
  upToDate: number;
  executed: number;
  failed: number;
  executionMs: number;
  savedMs: number;
}

export function noRequests(): RequestCounts {
  return { hits: 0, misses: 0, sentBytes: 0, savedMs: 0, stored: 0, storedBytes: 0 };
}

export function noTasks(): TaskCounts {
  return { localHits: 0, remoteHits: 0, upToDate: 0, executed: 0, failed: 0, executionMs: 0, savedMs: 0 };
}

/** Adds in place. */
export function addRequests(sum: RequestCounts, more: Readonly<Partial<RequestCounts>>): void {
  sum.hits += more.hits ?? 0;
  sum.misses += more.misses ?? 0;
  sum.sentBytes += more.sentBytes ?? 0;
  sum.savedMs += more.savedMs ?? 0;
  sum.stored += more.stored ?? 0;
  sum.storedBytes += more.storedBytes ?? 0;
}

/** Adds in place. */
export function addTasks(sum: TaskCounts, more: Readonly<Partial<TaskCounts>>): void {
  sum.localHits += more.localHits ?? 0;
  sum.remoteHits += more.remoteHits ?? 0;
  sum.upToDate += more.upToDate ?? 0;
  sum.executed += more.executed ?? 0;
  sum.failed += more.failed ?? 0;
  sum.executionMs += more.executionMs ?? 0;
  sum.savedMs += more.savedMs ?? 0;
}

export function countTask({ outcome, durationMs, savedMs }: ReportedTask): Readonly<Partial<TaskCounts>> {
  switch (outcome) {
    case 'executed':
      return { executed: 1, executionMs: durationMs };
    case 'failed':
      return { failed: 1, executionMs: durationMs };
    case 'restored-local':
      return { localHits: 1, savedMs };
    case 'restored-remote':
      return { remoteHits: 1, savedMs };
    case 'up-to-date':
      return { upToDate: 1, savedMs };
  }
}
