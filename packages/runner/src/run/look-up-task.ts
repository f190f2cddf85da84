import type { HashEntry, Task, TaskHash, TaskHashDetails, TaskOutcome } from '@larder/core';
import type { CachePolicy, RunPorts } from './run-request.ts';

export type TaskLookup =
  /** Its outputs are in place: nothing has to run. */
  | {
      readonly kind: 'found';
      readonly outcome: Extract<TaskOutcome, { kind: 'restored' | 'up-to-date' }>;
      readonly terminalOutput: Uint8Array;
    }
  | { readonly kind: 'missed'; readonly ticket: ExecutionTicket }
  | { readonly kind: 'settled'; readonly outcome: Extract<TaskOutcome, { kind: 'failed' | 'cancelled' }> };

/** What is known of a task that has to be executed. */
export interface ExecutionTicket {
  readonly task: Task;
  /** Null where it may be neither read from a cache nor stored, and no other task's hash may count on it. */
  readonly hash: TaskHash | null;
  /** What the hash was made from. */
  readonly inputs: readonly HashEntry[];
  readonly storable: boolean;
  /**
   * Tells of the miss and why it is one, which takes a look at what went into earlier hashes: to be called when the
   * task has been started or has to wait, and before anything else is told of it. Later calls do nothing.
   */
  readonly tellMiss: (at?: number) => void;
}

export interface LookupOptions {
  readonly policy: CachePolicy;
  /** What is wrong with a task that it depends on, in words; null: nothing. */
  readonly flaw: string | null;
  /** A person wants it executed, whatever the cache has. */
  readonly isForced: boolean;
  readonly onHash: (hash: TaskHash) => void;
}

/** Hashes a task and brings its outputs back from the cache where that has them. Never rejects. */
export async function lookUpTask(task: Task, ports: RunPorts, options: LookupOptions): Promise<TaskLookup> {
  if (options.flaw !== null) {
    // What the hash stands for was not built, so nothing may be filed under it.
    const facts = { task, hash: null, inputs: [], storable: false };
    return miss(ports, facts, `a task that it depends on ${options.flaw}`);
  }
  const hashed = await hashTask(task, ports, options.isForced);
  if (hashed.kind === 'settled') return hashed;
  const { hash, entries: inputs } = hashed.details;
  options.onHash(hash);
  const reason = uncacheableReason(task, options);
  const cacheable = task.cache && !task.continuous;
  const facts = { task, hash, inputs, storable: cacheable && options.policy.write };
  return reason === null ? restoreTask(facts, ports) : miss(ports, facts, reason);
}

async function hashTask(
  task: Task,
  ports: RunPorts,
  isAgain: boolean,
): Promise<{ kind: 'hashed'; details: TaskHashDetails } | Extract<TaskLookup, { kind: 'settled' }>> {
  const startedAt = ports.clock.now();
  try {
    // It was mended perhaps: what was read at the beginning of the run may no longer be so.
    if (isAgain) await lookAtInputs(task, ports);
    const details = await ports.hasher.hash(task.id);
    const durationMs = ports.clock.now() - startedAt;
    ports.events.emit({ type: 'task-hashed', task: task.id, hash: details.hash, durationMs });
    return { kind: 'hashed', details };
  } catch (error) {
    if (ports.signal.aborted) return { kind: 'settled', outcome: { kind: 'cancelled' } };
    const durationMs = ports.clock.now() - startedAt;
    const detail = `its inputs could not be hashed: ${messageOf(error)}`;
    return { kind: 'settled', outcome: { kind: 'failed', exitCode: 1, durationMs, attempts: 0, detail } };
  }
}

async function lookAtInputs(task: Task, { hasher }: RunPorts): Promise<void> {
  const looked = hasher.findMovedInputs(task.id);
  hasher.hurry?.();
  await looked;
}

function uncacheableReason(task: Task, { policy, isForced }: LookupOptions): string | null {
  if (task.continuous) return 'it is continuous';
  if (!task.cache) return 'the cache is off for this target';
  if (isForced) return 'it was restarted';
  return policy.read ? null : 'the cache is not read in this run';
}

type TicketFacts = Omit<ExecutionTicket, 'tellMiss'>;

function miss(ports: RunPorts, facts: TicketFacts, reason: string): TaskLookup {
  const result = { kind: 'uncacheable', reason } as const;
  ports.events.emit({ type: 'task-looked-up', task: facts.task.id, result, durationMs: 0 });
  return { kind: 'missed', ticket: { ...facts, tellMiss: () => {} } };
}

async function restoreTask(facts: TicketFacts & { readonly hash: TaskHash }, ports: RunPorts): Promise<TaskLookup> {
  const { task, hash } = facts;
  const { clock, cache, events, signal } = ports;
  const startedAt = clock.now();
  try {
    const restored = await cache.restore(task, hash, signal);
    const durationMs = clock.now() - startedAt;
    if (restored.kind === 'miss')
      return { kind: 'missed', ticket: { ...facts, tellMiss: tellOnce(task, durationMs, ports) } };
    const { kind, from, executionMs: savedMs, terminalOutput } = restored;
    events.emit({ type: 'task-looked-up', task: task.id, result: { kind: 'hit', where: from }, durationMs });
    return {
      kind: 'found',
      outcome: kind === 'restored' ? { kind, from, savedMs } : { kind, savedMs },
      terminalOutput,
    };
  } catch (error) {
    if (signal.aborted) return { kind: 'settled', outcome: { kind: 'cancelled' } };
    // A cache may not do that; it must not fail the run either.
    events.onTrouble({ code: 'local-read-failed', task: task.id, detail: messageOf(error) });
    const result = { kind: 'miss', reason: null } as const;
    events.emit({ type: 'task-looked-up', task: task.id, result, durationMs: clock.now() - startedAt });
    return { kind: 'missed', ticket: { ...facts, tellMiss: () => {} } };
  }
}

function tellOnce(task: Task, durationMs: number, ports: RunPorts): ExecutionTicket['tellMiss'] {
  let isTold = false;
  return (at) => {
    if (isTold) return;
    isTold = true;
    const result = { kind: 'miss', reason: explainMiss(task, ports) } as const;
    ports.events.emit({ type: 'task-looked-up', task: task.id, result, durationMs }, at);
  };
}

/** Only tells people more: where it fails, they are told less. */
function explainMiss(task: Task, { hasher, log }: RunPorts): string | null {
  try {
    return hasher.explainMiss?.(task.id) ?? null;
  } catch (error) {
    log(`the miss of ${task.id} could not be explained: ${messageOf(error)}`);
    return null;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
