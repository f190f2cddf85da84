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

/** Runs a command under the launcher, whose own start is not in the figures. Rejects when the signal ends it. */
export async function runMeasured(invocation: Invocation, place: RunPlace): Promise<MeasuredRun> {
  const child = spawn('perl', ['-e', launcher, getrusageNumber(), invocation.command, ...invocation.args], {
    cwd: place.cwd,
    env: { ...place.env, ...invocation.env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A group of its own, which the deadline ends as a whole.
    detached: true,
  });
  const texts = [1, 2, 3].map((descriptor) => collectText(child, descriptor));
  const closed = once(child, 'close');
  const end = (): void => endGroup(child);
  const deadline = setTimeout(end, place.deadlineMs);
  place.signal.addEventListener('abort', end);
  await once(child, 'exit');
  clearTimeout(deadline);
  place.signal.removeEventListener('abort', end);
  place.signal.throwIfAborted();
  await Promise.race([closed, wait(drainMs, null, { ref: false })]);
  const [output = '', complaints = '', report = ''] = texts.map((text) => text());
  return { ...parseReport(report), output: output + complaints };
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

function parseReport(report: string): Omit<MeasuredRun, 'output'> {
  const [status, wallMs, cpuMs, peakKb] = report.trim().split(' ').map(Number);
  const orUnknown = (value: number | undefined): number => value || Number.NaN;
  const ended = status !== undefined && report !== '' && (status & 127) === 0;
  return {
    exitCode: ended ? status >> 8 : null,
    wallMs: orUnknown(wallMs),
    cpuMs: orUnknown(cpuMs),
    peakMb: orUnknown(peakKb) / 1024,
  };
}
