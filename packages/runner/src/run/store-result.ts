import type { ExecutionResult, TaskHasher, TaskId, WorkspacePath } from '@larder/core';
import type { ExecutionTicket } from './look-up-task.ts';
import type { ExecutionMark, RunPorts } from './run-request.ts';

const namedPaths = 10;

export interface Stored {
  /** Settles when the result is in the cache, or is known not to belong there; never rejects. */
  readonly published: Promise<void>;
}

export interface StoreSurroundings {
  readonly ports: RunPorts;
  readonly mark: ExecutionMark | null;
  /** Called where another process wrote into the outputs as well, before this resolves. */
  readonly onShared: () => void;
}

/**
 * Stores the result of a successful execution, if the inputs are still those that were hashed: what was read half
 * before an edit and half after it belongs to no hash. Nor do outputs into which another process wrote. Resolves when
 * the outputs have been read, so that tasks that depend on this one may start. Never rejects; troubles are events.
 */
export async function storeResult(
  ticket: ExecutionTicket,
  result: ExecutionResult,
  { ports, mark, onShared }: StoreSurroundings,
): Promise<Stored | null> {
  const { task, hash, inputs, storable } = ticket;
  const { cache, events, signal } = ports;
  if (!storable || hash === null || signal.aborted) return null;
  const alone = Promise.withResolvers<boolean>();
  // Asked at once, so that it is about a moment after the end of the task; nobody waits for the answer.
  const confirmed = Promise.all([confirmInputs(ticket, ports), alone.promise]).then(
    (answers) => !answers.includes(false),
  );
  try {
    const stored = await cache.store(task, hash, { ...result, inputs, confirmed }, signal);
    // Asked when everything has been read.
    const isShared = mark?.isShared() === true;
    alone.resolve(!isShared);
    if (isShared) {
      events.onTrouble({ code: 'executed-elsewhere', task: task.id, detail: 'its outputs may be of either run' });
      onShared();
    }
    if (stored.kind === 'refused') return null;
    return { published: Promise.all([confirmed, stored.published]).then(() => {}) };
  } catch (error) {
    alone.resolve(false);
    if (!signal.aborted) events.onTrouble({ code: 'local-write-failed', task: task.id, detail: String(error) });
    return null;
  }
}

async function confirmInputs(ticket: ExecutionTicket, ports: RunPorts): Promise<boolean> {
  const task = ticket.task.id;
  // Asked together, so that one look at the disk answers both.
  const [moved, below] = await Promise.all([findMoves(task, ports.hasher), findMovesBelow(task, ports.hasher)]);
  if (moved !== null) ports.events.onTrouble({ code: 'inputs-changed-while-running', task, detail: moved });
  else if (below !== null) ports.events.onTrouble({ code: 'covered-inputs-changed', task, detail: below });
  return moved === null && below === null;
}

/** The same of what the hashes cover that the task's own is made of. */
async function findMovesBelow(task: TaskId, hasher: TaskHasher): Promise<string | null> {
  try {
    const moved = (await hasher.findMovedBelow?.(task)) ?? null;
    if (moved === null) return null;
    const { paths } = moved;
    if (paths.length === 0) return `inputs of ${moved.task}`;
    return `${listPaths(paths)}, ${paths.length === 1 ? 'an input' : 'inputs'} of ${moved.task}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What has moved among the inputs of a task since it was hashed, in words; null: nothing. Never rejects. */
export async function findMoves(task: TaskId, hasher: TaskHasher): Promise<string | null> {
  try {
    const moved = await hasher.findMovedInputs(task);
    return moved.length === 0 ? null : listPaths(moved);
  } catch (error) {
    // An input that cannot be read any more has moved.
    return error instanceof Error ? error.message : String(error);
  }
}

function listPaths(paths: readonly WorkspacePath[]): string {
  const named = paths.slice(0, namedPaths).join(', ');
  return paths.length <= namedPaths ? named : `${named} and ${paths.length - namedPaths} more`;
}
