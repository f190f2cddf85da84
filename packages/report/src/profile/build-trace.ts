import type { RunRecord, TaskRecord } from '../records/run-record.ts';
import { assignLanes } from './assign-lanes.ts';

/** Something that Larder did before the run, in milliseconds since the start of the run: negative. */
export interface OwnPhase {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** An event of the "Trace Event Format" that chrome://tracing and ui.perfetto.dev read; times are microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly ph: 'X' | 'M' | 'C';
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, string | number | null>>;
}

export interface Trace {
  readonly displayTimeUnit: 'ms';
  readonly traceEvents: readonly TraceEvent[];
}

const pid = 1;
const ownLane = 0;

/** A row for Larder's own phases, rows for tasks so that none overlap, and how many tasks ran at once. */
export function buildTrace(record: RunRecord, phases: readonly OwnPhase[]): Trace {
  // No viewer takes times below zero well.
  const zero = Math.min(0, ...phases.map(({ from }) => from));
  const lanes = assignLanes(record.tasks);
  const tasks = record.tasks.flatMap((task) => traceTask(task, lanes.get(task.id) ?? 1, zero));
  const own = [...phases, { name: 'run', from: 0, to: record.durationMs }].map((phase) =>
    span({ ...phase, category: 'larder', lane: ownLane, zero }),
  );
  return { displayTimeUnit: 'ms', traceEvents: [...nameLanes(lanes), ...own, ...tasks, ...countRunning(record, zero)] };
}

function traceTask(task: TaskRecord, lane: number, zero: number): readonly TraceEvent[] {
  const { activeAt, settledAt, outcome } = task;
  if (activeAt === null || settledAt === null || outcome?.kind === 'skipped') return [];
  const { cpuMs, peakMemoryBytes } = task;
  const args = { outcome: outcome?.kind ?? null, hash: task.hash, miss: task.reason, cpuMs, peakMemoryBytes };
  const whole = span({ name: task.id, category: 'task', from: activeAt, to: settledAt, lane, zero, args });
  const parts = splitPhases(task).map((phase) => span({ ...phase, category: 'phase', lane, zero }));
  return [whole, ...parts];
}

/** The phases of a task, one after the other; those that took no time are left out. */
export function splitPhases(task: TaskRecord): readonly OwnPhase[] {
  const { activeAt, startedAt, settledAt, outcome } = task;
  if (activeAt === null || settledAt === null) return [];
  const hashed = Math.min(settledAt, activeAt + (task.hashMs ?? 0));
  const lookedUp = Math.min(settledAt, hashed + (task.lookupMs ?? 0));
  const before = [
    { name: 'hash', from: activeAt, to: hashed },
    { name: 'lookup', from: hashed, to: lookedUp },
  ];
  const after =
    startedAt === null
      ? [{ name: outcome?.kind === 'cancelled' ? 'wait' : 'restore', from: lookedUp, to: settledAt }]
      : splitExecution(task, { lookedUp, startedAt, settledAt });
  return [...before, ...after].filter(({ from, to }) => to > from);
}

function splitExecution(
  { outcome }: TaskRecord,
  times: { readonly lookedUp: number; readonly startedAt: number; readonly settledAt: number },
): readonly OwnPhase[] {
  const { lookedUp, startedAt, settledAt } = times;
  const tookMs = outcome?.kind === 'executed' || outcome?.kind === 'failed' ? outcome.durationMs : Infinity;
  const ended = Math.min(settledAt, startedAt + tookMs);
  return [
    { name: 'wait for a slot', from: lookedUp, to: startedAt },
    { name: 'execute', from: startedAt, to: ended },
    { name: 'store', from: ended, to: settledAt },
  ];
}

interface Span extends OwnPhase {
  readonly category: string;
  readonly lane: number;
  readonly zero: number;
  readonly args?: TraceEvent['args'];
}

function span({ name, category, from, to, lane, zero, args }: Span): TraceEvent {
  const ts = toMicroseconds(from - zero);
  return { name, cat: category, ph: 'X', ts, dur: toMicroseconds(to - from), pid, tid: lane, args: args ?? {} };
}

function toMicroseconds(ms: number): number {
  return Math.round(Math.max(0, ms) * 1000);
}

function nameLanes(lanes: ReadonlyMap<string, number>): readonly TraceEvent[] {
  const meta = (name: string, tid: number, value: string): TraceEvent => ({
    name,
    cat: '__metadata',
    ph: 'M',
    ts: 0,
    pid,
    tid,
    args: { name: value },
  });
  const rows = [...new Set(lanes.values())].toSorted((a, b) => a - b);
  return [
    meta('process_name', ownLane, 'larder'),
    meta('thread_name', ownLane, 'larder'),
    ...rows.map((lane) => meta('thread_name', lane, `tasks ${lane}`)),
  ];
}

function countRunning({ tasks }: RunRecord, zero: number): readonly TraceEvent[] {
  const changes = tasks.flatMap(({ startedAt, settledAt }) =>
    startedAt === null || settledAt === null ? [] : [[startedAt, 1] as const, [settledAt, -1] as const],
  );
  let running = 0;
  return changes
    .toSorted(([a, more], [b, less]) => a - b || more - less)
    .map(([at, change]) => {
      running += change;
      const ts = toMicroseconds(at - zero);
      return { name: 'running tasks', cat: 'larder', ph: 'C', ts, pid, tid: ownLane, args: { tasks: running } };
    });
}
