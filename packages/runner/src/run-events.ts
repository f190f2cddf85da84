import type { CacheTroubleSink, Clock, DebugLog, Reporter, RunEvent } from '@larder/core';

type WithoutTime<Event> = Event extends unknown ? Omit<Event, 'at'> : never;

/** An event as its source knows it: the time is put on where it is sent. */
export type RunFact = WithoutTime<RunEvent>;

/** The way from whoever knows a fact to everybody who watches the run. */
export interface RunEvents {
  /** `at`: when it happened, where that was before it is told. Nothing else may have been told since. */
  emit(fact: RunFact, at?: number): void;
  /** For a cache: emits `cache-trouble`. */
  readonly onTrouble: CacheTroubleSink;
  /** How many troubles of the cache were emitted. */
  troubles(): number;
  /** Milliseconds since the start. */
  elapsedMs(): number;
  /** Closes every reporter, those that were dropped too: they may hold the terminal. Never rejects. */
  close(): Promise<void>;
}

export interface RunEventsOptions {
  readonly clock: Clock;
  readonly reporters: readonly Reporter[];
  readonly log: DebugLog;
}

/**
 * The run starts now. A reporter that throws is told nothing more, and neither the run nor the other
 * reporters notice.
 */
export function createRunEvents({ clock, reporters, log }: RunEventsOptions): RunEvents {
  const startedAt = clock.now();
  const listening = new Set(reporters);
  let troubles = 0;
  const elapsedMs = (): number => Math.max(0, clock.now() - startedAt);
  const waiting: RunEvent[] = [];
  const emit = (fact: RunFact, at = elapsedMs()): void => {
    if (fact.type === 'cache-trouble') troubles += 1;
    waiting.push({ ...fact, at });
    // Whoever is being told of an event may cause others, by an interrupt: all are told of that one first.
    if (waiting.length > 1) return;
    for (let event = waiting[0]; event !== undefined; event = waiting[0]) {
      tell(event);
      waiting.shift();
    }
  };
  const tell = (event: RunEvent): void => {
    for (const reporter of listening) {
      try {
        reporter.onEvent(event);
      } catch (error) {
        listening.delete(reporter);
        log(`a reporter failed at ${event.type} and was dropped: ${String(error)}`);
      }
    }
  };
  return {
    emit,
    onTrouble: (trouble) => emit({ type: 'cache-trouble', ...trouble }),
    troubles: () => troubles,
    elapsedMs,
    close: async () => {
      const closed = await Promise.allSettled(reporters.map(async (reporter) => reporter.close()));
      for (const result of closed) {
        if (result.status === 'rejected') log(`a reporter could not be closed: ${String(result.reason)}`);
      }
    },
  };
}
