import type { TaskOutcome } from '@larder/core';
import type { OwnPhase } from '../profile/build-trace.ts';
import { nameOutcome, type RunFacts, type TaskFacts } from './run-facts.ts';
import type { TraceContext } from './trace-context.ts';

/** A span as the exporters take it, times in milliseconds since 1970. */
export interface SpanFacts {
  readonly id: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly startEpochMs: number;
  readonly endEpochMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** What went wrong, in words; null: nothing. */
  readonly failure: string | null;
}

/** A span for the run, below it one for each phase and each task, and below these what was done for the task. */
export function buildSpans(facts: RunFacts, context: TraceContext, phases: readonly OwnPhase[]): readonly SpanFacts[] {
  const { started, finished } = facts;
  if (started === null || finished === null) return [];
  const epochMs = (at: number): number => started.startedAtEpochMs + at;
  const { exitCode, durationMs, tasks, savedMs } = finished;
  const run: SpanFacts = {
    id: context.runId,
    parentId: context.parentId,
    name: started.command,
    startEpochMs: epochMs(Math.min(0, ...phases.map(({ from }) => from))),
    endEpochMs: epochMs(durationMs),
    attributes: {
      'larder.run.id': started.runId,
      'larder.run.slots': started.slots,
      'larder.run.tasks': facts.tasks.size,
      'larder.run.failed': tasks.failed,
      'larder.run.saved_ms': Math.round(savedMs),
      'process.exit.code': exitCode,
    },
    failure: exitCode === 0 ? null : exitCode === 130 ? 'interrupted' : `${tasks.failed} tasks failed`,
  };
  const own = phases
    .filter(({ from, to }) => to > from)
    .map(({ name, from, to }) => plainSpan(context, { name, from: epochMs(from), to: epochMs(to), parentId: run.id }));
  return [run, ...own, ...[...facts.tasks.values()].flatMap((task) => buildTaskSpans(task, context, epochMs))];
}

function buildTaskSpans(
  facts: TaskFacts,
  context: TraceContext,
  epochMs: (at: number) => number,
): readonly SpanFacts[] {
  const steps = listSteps(facts);
  const { plan, settled, lookedUp } = facts;
  const [first] = steps;
  if (first === undefined || settled === null) return [];
  const id = context.idOf(plan.id);
  const { outcome, hash } = settled;
  const task: SpanFacts = {
    id,
    parentId: context.runId,
    name: plan.id,
    startEpochMs: epochMs(first.from),
    endEpochMs: epochMs(settled.at),
    attributes: {
      'larder.task.project': plan.project,
      'larder.task.target': plan.target,
      'larder.task.outcome': nameOutcome(outcome),
      ...(hash === null ? {} : { 'larder.task.hash': hash }),
      ...(lookedUp === null ? {} : { 'larder.cache.result': describeLookup(lookedUp.result) }),
      ...('attempts' in outcome ? { 'larder.task.attempts': outcome.attempts } : {}),
      ...(outcome.kind === 'failed' ? { 'process.exit.code': outcome.exitCode } : {}),
    },
    failure: describeFailure(outcome),
  };
  const below = steps.map(({ name, from, to }) =>
    plainSpan(context, { name, from: epochMs(from), to: epochMs(to), parentId: id }),
  );
  return [task, ...below];
}

/** What was done for a task, in its order. A lookup that hits brings the outputs back: then it is a restore. */
function listSteps({ hashed, lookedUp, started, settled }: TaskFacts): readonly OwnPhase[] {
  const steps: OwnPhase[] = [];
  if (hashed !== null) steps.push({ name: 'hash', from: hashed.at - hashed.durationMs, to: hashed.at });
  if (lookedUp !== null && lookedUp.result.kind !== 'uncacheable') {
    const name = lookedUp.result.kind === 'hit' ? 'restore' : 'lookup';
    steps.push({ name, from: lookedUp.at - lookedUp.durationMs, to: lookedUp.at });
  }
  if (started === null || settled === null) return steps;
  const { outcome, at: settledAt } = settled;
  const ended = 'durationMs' in outcome ? Math.min(settledAt, started.at + outcome.durationMs) : settledAt;
  steps.push({ name: 'execute', from: started.at, to: ended });
  if (outcome.kind === 'executed' && settledAt > ended) steps.push({ name: 'store', from: ended, to: settledAt });
  return steps;
}

function plainSpan(
  context: TraceContext,
  span: { readonly name: string; readonly from: number; readonly to: number; readonly parentId: string },
): SpanFacts {
  const { name, from, to, parentId } = span;
  return { id: context.newId(), parentId, name, startEpochMs: from, endEpochMs: to, attributes: {}, failure: null };
}

function describeLookup(result: NonNullable<TaskFacts['lookedUp']>['result']): string {
  return result.kind === 'hit' ? `hit-${result.where}` : result.kind;
}

function describeFailure(outcome: TaskOutcome): string | null {
  switch (outcome.kind) {
    case 'failed':
      return outcome.detail ?? `exit code ${outcome.exitCode}`;
    case 'skipped':
      return `${outcome.failedDependency} failed`;
    case 'executed':
    case 'restored':
    case 'up-to-date':
    case 'cancelled':
      return null;
  }
}
