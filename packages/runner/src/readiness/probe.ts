import type { SpawnProcess } from '@larder/core';
import type { ResolvedCheck } from './resolve-check.ts';

/** What can be tried again and again. */
export type Probe = Exclude<ResolvedCheck, { kind: 'none' | 'logMatches' | 'signal' }>;

export interface ProbeContext {
  readonly spawn: SpawnProcess;
  readonly env: Readonly<Record<string, string>>;
  readonly workspaceRootAbsolute: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** One attempt over the network takes no longer: a server that is starting up may accept and stay silent. */
const longestAttemptMs = 5000;

/** Tries once. Never rejects: whatever goes wrong means that the task is not ready yet. */
export async function tryProbe(probe: Probe, context: ProbeContext): Promise<boolean> {
  switch (probe.kind) {
    case 'port': {
      const answers = await Promise.all(probe.hosts.map((host) => canConnect(host, probe.port, context.signal)));
      return answers.includes(true);
    }
    case 'url':
      return answersWell(probe.url, context.signal);
    case 'command':
      return succeeds(probe.command, context);
  }
}

async function canConnect(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: longestAttemptMs });
    const finish = (answer: boolean): void => {
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(answer);
    };
    const giveUp = (): void => finish(false);
    signal.addEventListener('abort', giveUp);
    socket.once('connect', () => finish(true)).once('timeout', giveUp);
    socket.on('error', giveUp);
  });
}

/** A redirection counts as an answer, and nothing of the body is read: whose certificate it is does not matter. */
async function answersWell(url: string, signal: AbortSignal): Promise<boolean> {
  const { get } = url.startsWith('https:') ? await import('node:https') : await import('node:http');
  const limit = AbortSignal.any([signal, AbortSignal.timeout(longestAttemptMs)]);
  return new Promise((resolve) => {
    const request = get(url, { agent: false, signal: limit, rejectUnauthorized: false }, ({ statusCode = 0 }) => {
      request.destroy();
      resolve(statusCode >= 200 && statusCode <= 403);
    });
    request.on('error', () => resolve(false));
  });
}

async function succeeds(line: string, context: ProbeContext): Promise<boolean> {
  const { spawn, env, workspaceRootAbsolute, signal } = context;
  const child = spawn({
    command: { kind: 'shell', line },
    cwdAbsolute: workspaceRootAbsolute,
    env,
    ipc: false,
    onOutput: () => {},
  });
  const stop = (): void => void child.stop();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const { exitCode } = await child.exited;
  signal.removeEventListener('abort', stop);
  return exitCode === 0;
}
