import type { ExecutionResult, TaskHash, WorkspacePath } from '@larder/core';
import type { ExecutionTicket } from './look-up-task.ts';
import type { RunPorts } from './run-request.ts';

const namedPaths = 10;

/**
 * Stores the result of a successful execution, if the inputs are still those that were hashed: what was
 * read half before an edit and half after it belongs to no hash. Never rejects; troubles are events.
 */
export async function storeResult(ticket: ExecutionTicket, result: ExecutionResult, ports: RunPorts): Promise<void> {
  const { task, hash, storable } = ticket;
  if (!storable || hash === null || ports.signal.aborted) return;
  const moved = await describeMovedInputs(ticket, ports);
  if (moved !== null) {
    ports.events.onTrouble({ code: 'inputs-changed-while-running', task: task.id, detail: moved });
    return;
  }
  await store({ ...ticket, hash }, result, ports);
}

async function store(
  { task, hash, inputs }: ExecutionTicket & { readonly hash: TaskHash },
  result: ExecutionResult,
  { cache, events, signal }: RunPorts,
): Promise<void> {
  try {
    const stored = await cache.store(task, hash, { ...result, inputs }, signal);
    if (stored.kind === 'refused') return;
    events.emit({ type: 'artifact-stored', task: task.id, where: 'local', sizeBytes: stored.sizeBytes });
  } catch (error) {
    if (!signal.aborted) events.onTrouble({ code: 'local-write-failed', task: task.id, detail: String(error) });
  }
}

async function describeMovedInputs({ task }: ExecutionTicket, { hasher }: RunPorts): Promise<string | null> {
  try {
    const moved = await hasher.findMovedInputs(task.id);
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
