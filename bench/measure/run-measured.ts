import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Invocation } from '../contenders/contender.ts';
import { getrusageNumber, launcher } from './launcher.ts';

export interface MeasuredRun {
  /** Null where a signal or the deadline ended it. */
  readonly exitCode: number | null;
  readonly wallMs: number;
  /** User and system time of the process and of all that it waited for; NaN where this machine cannot say. */
  readonly cpuMs: number;
  /** The highest resident memory that any one of these processes had; NaN where this machine cannot say. */
  readonly peakMb: number;
  /** The end of what it wrote. */
  readonly output: string;
}

export interface RunPlace {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly deadlineMs: number;
  /** Ends the run. */
  readonly signal: AbortSignal;
}

const keptOutput = 1_000_000;
/** A daemon that the run started may hold on to its output. */
const drainMs = 250;

/**
 * Runs a command under the launcher, whose own start is not in the figures; without Perl as it is, and then only the
 * wall time is known. Rejects when the signal ends it.
 */
export async function runMeasured(invocation: Invocation, place: RunPlace): Promise<MeasuredRun> {
  const { command, args, env = {} } = invocation;
  const launched = { command: 'perl', args: ['-e', launcher, getrusageNumber(), command, ...args], env };
  try {
    return await runInGroup(launched, place);
  } catch (error) {
    if (!isMissing(error, launched.command)) throw error;
    return runInGroup(invocation, place);
  }
}

async function runInGroup({ command, args, env }: Invocation, place: RunPlace): Promise<MeasuredRun> {
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd: place.cwd,
    env: { ...place.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A group of its own, which the deadline ends as a whole.
    detached: true,
  });
  const texts = [1, 2, 3].map((descriptor) => collectText(child, descriptor));
  const closed = once(child, 'close').catch(() => null);
  const end = (): void => endGroup(child);
  const deadline = setTimeout(end, place.deadlineMs);
  place.signal.addEventListener('abort', end);
  try {
    await once(child, 'exit');
  } finally {
    clearTimeout(deadline);
    place.signal.removeEventListener('abort', end);
  }
  const wallMs = performance.now() - startedAt;
  place.signal.throwIfAborted();
  await Promise.race([closed, wait(drainMs, null, { ref: false })]);
  const [output = '', complaints = '', report = ''] = texts.map((text) => text());
  const plain = { exitCode: child.exitCode, wallMs, cpuMs: Number.NaN, peakMb: Number.NaN };
  return { ...plain, ...parseReport(report), output: output + complaints };
}

function isMissing(error: unknown, command: string): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === `spawn ${command}`;
}

function collectText(child: ChildProcess, descriptor: number): () => string {
  const stream = child.stdio[descriptor] as NodeJS.ReadableStream;
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text = (text + chunk).slice(-keptOutput);
  });
  return () => text;
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Nothing where there was no launcher, or the deadline ended it as well. */
function parseReport(report: string): Partial<MeasuredRun> {
  const [status = 0, ...figures] = report.trim().split(' ').map(Number);
  if (report === '') return {};
  const [wallMs = Number.NaN, cpuMs = Number.NaN, peakMb = Number.NaN] = figures.map((value) => value || Number.NaN);
  return { exitCode: (status & 127) === 0 ? status >> 8 : null, wallMs, cpuMs, peakMb: peakMb / 1024 };
}
