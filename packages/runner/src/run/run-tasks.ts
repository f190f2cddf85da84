import type { RunPorts, RunRequest, RunResult } from './run-request.ts';
import { planTasks } from './plan-tasks.ts';
import { TaskLoop } from './task-loop.ts';
import { trackProcesses } from './track-processes.ts';

/**
 * Runs the tasks of a task graph: each is looked up in the cache, else executed and stored, and settles
 * exactly once, unless a person has it executed again. Emits `run-started` first and `run-finished` last. When `signal` aborts, nothing more
 * starts, everything that runs is ended, and the rest settles as cancelled. Rejects only for bugs of
 * ours, and then too no process is left behind.
 */
export async function runTasks(request: RunRequest, ports: RunPorts): Promise<RunResult> {
  const { events, signal, cache } = ports;
  const processes = trackProcesses(ports.spawn);
  announce(request, ports);
  const loop = new TaskLoop(request, { ...ports, spawn: processes.spawn });
  try {
    await loop.run();
  } finally {
    await processes.stopAll();
  }
  await loop.publishAll();
  await drainUploads(cache, request.drainDeadlineMs, signal);
  const { ledger } = loop;
  const totals = ledger.totals();
  const exitCode = signal.aborted ? 130 : totals.failed > 0 ? 1 : 0;
  const facts = { exitCode, tasks: totals, cacheTroubles: events.troubles(), savedMs: ledger.savedMs() };
  // While it was only held open, nothing was left to do.
  const durationMs = events.elapsedMs() - loop.heldMs;
  events.emit({ type: 'run-finished', durationMs, ...facts });
  return { exitCode, outcomes: ledger.outcomes, totals, durationsMs: ledger.durationsMs() };
}

function announce(request: RunRequest, { events }: RunPorts): void {
  const { runId, startedAtEpochMs, command, slots } = request;
  events.emit({ type: 'run-started', runId, startedAtEpochMs, command, slots, tasks: planTasks(request) });
}

async function drainUploads(cache: RunPorts['cache'], deadlineMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  try {
    await cache.drain(deadlineMs, signal);
  } catch (error) {
    // Interrupted while it waited: the tasks are done, and the exit code says the rest.
    if (!signal.aborted) throw error;
  }
}
