import type { TaskId } from '@larder/core';

/** Random bytes as lowercase hex. */
export type RandomHex = (bytes: number) => string;

/**
 * Who is who in the trace of a run. Ids are given out before anything is recorded, so that tasks can be told theirs
 * when they start.
 */
export class TraceContext {
  readonly traceId: string;
  /** Of the span that the run belongs to; null: it is the root. */
  readonly parentId: string | null;
  /** Whether whoever started the trace wants it recorded. */
  readonly isSampled: boolean;
  readonly runId: string;
  readonly #randomHex: RandomHex;
  readonly #tasks = new Map<TaskId, string>();

  constructor(traceParent: string | undefined, randomHex: RandomHex) {
    const parent = parseTraceParent(traceParent);
    this.traceId = parent?.traceId ?? randomHex(16);
    this.parentId = parent?.spanId ?? null;
    this.isSampled = parent?.isSampled ?? true;
    this.#randomHex = randomHex;
    this.runId = this.newId();
  }

  newId(): string {
    return this.#randomHex(8);
  }

  idOf(task: TaskId): string {
    const id = this.#tasks.get(task) ?? this.newId();
    this.#tasks.set(task, id);
    return id;
  }

  /** What a task finds in `TRACEPARENT`. */
  traceParentOf(task: TaskId): string {
    return `00-${this.traceId}-${this.idOf(task)}-${this.isSampled ? '01' : '00'}`;
  }
}

interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** As in W3C's Trace Context: version, trace, parent and flags; ids of zeros only are invalid. Null: not a valid one. */
function parseTraceParent(text: string | undefined): TraceParent | null {
  const match = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(
    text?.trim() ?? '',
  );
  const [, traceId, spanId, flags] = match ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}
