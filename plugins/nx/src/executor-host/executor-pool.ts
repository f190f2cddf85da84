import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ExecutorContext, RunningProcess, RunningTask, TaskEnd } from '@larder/core';
import { isHostAnswer, type HostAnswer, type HostRequest } from './host-messages.ts';
import { MarkedOutput } from './marked-output.ts';

export interface HostedTask extends Omit<HostRequest, 'mark'> {
  /** Tasks with the same one may share a process: the same executor in the same surroundings. */
  readonly key: string;
}

/** Executors leave things behind, and memory grows: a process is not kept for ever. */
const maxTasks = 200;
const maxIdle = 16;

/**
 * Processes that execute one task after the other. One is used again only for the same executor in the same
 * environment, after a task that succeeded and left nothing behind; the run ends them all.
 */
export class ExecutorPool {
  readonly #idle: Host[] = [];

  start(task: HostedTask, context: ExecutorContext): RunningTask {
    const host = this.#take(task.key) ?? new Host(task, context);
    const ended = host.run(task, context.onOutput);
    void ended.then(() => {
      if (host.canServe && this.#idle.length < maxIdle) this.#idle.push(host);
      else void host.stop();
    });
    return { ended, ready: ended.then(() => {}), stop: () => host.stop() };
  }

  #take(key: string): Host | null {
    const at = this.#idle.findLastIndex((host) => host.key === key && host.canServe);
    return at < 0 ? null : (this.#idle.splice(at, 1)[0] ?? null);
  }
}

type OnOutput = ExecutorContext['onOutput'];

interface Current {
  readonly outputs: Readonly<Record<'stdout' | 'stderr', MarkedOutput>>;
  readonly settle: (end: TaskEnd) => void;
  answer: HostAnswer | null;
}

class Host {
  readonly key: string;
  readonly #process: RunningProcess;
  #current: Current | null = null;
  #served = 0;
  #isUsable = true;

  constructor({ key, rootAbsolute, env }: HostedTask, { spawn }: ExecutorContext) {
    this.key = key;
    this.#process = spawn({
      command: { kind: 'exec', file: process.execPath, args: [findScript()] },
      cwdAbsolute: rootAbsolute,
      env,
      ipc: true,
      onOutput: (stream, chunk) => {
        this.#current?.outputs[stream].push(chunk);
        this.#settleIfOver();
      },
    });
    this.#process.onMessage((message) => {
      if (this.#current !== null && isHostAnswer(message)) this.#current.answer = message;
      this.#settleIfOver();
    });
    void this.#process.exited.then(({ exitCode, signal, spawnError }) => {
      this.#isUsable = false;
      const detail = spawnError ?? (signal === null ? null : `ended by ${signal}`);
      this.#settle({ exitCode: exitCode ?? 1, detail });
    });
  }

  get canServe(): boolean {
    return this.#isUsable && this.#served < maxTasks;
  }

  run(task: HostedTask, onOutput: OnOutput): Promise<TaskEnd> {
    const mark = `\u001E${randomUUID()}\n`;
    const { promise, resolve } = Promise.withResolvers<TaskEnd>();
    const stdout = new MarkedOutput(mark, (chunk) => onOutput('stdout', chunk));
    const stderr = new MarkedOutput(mark, (chunk) => onOutput('stderr', chunk));
    this.#current = { outputs: { stdout, stderr }, settle: resolve, answer: null };
    this.#served += 1;
    if (this.#isUsable) this.#process.send({ ...task, mark } satisfies HostRequest & Pick<HostedTask, 'key'>);
    else this.#settle({ exitCode: 1, detail: 'the process that runs executors has ended' });
    return promise;
  }

  stop(): Promise<void> {
    this.#isUsable = false;
    return this.#process.stop();
  }

  /** The answer may overtake the output, which comes another way. */
  #settleIfOver(): void {
    const { answer, outputs } = this.#current ?? { answer: null, outputs: null };
    if (answer === null || !outputs.stdout.isOver || !outputs.stderr.isOver) return;
    this.#isUsable &&= answer.exitCode === 0 && answer.isClean;
    this.#settle({ exitCode: answer.exitCode, detail: null });
  }

  #settle(end: TaskEnd): void {
    const current = this.#current;
    this.#current = null;
    current?.outputs.stdout.flush();
    current?.outputs.stderr.flush();
    current?.settle(end);
  }
}

/** Beside this file: bundled when installed, the source itself during development. */
function findScript(): string {
  const candidates = ['./executor-host.cjs', './executor-host.js', './executor-host.ts'].map((name) =>
    fileURLToPath(new URL(name, import.meta.url)),
  );
  return candidates.find((candidate) => existsSync(candidate)) ?? candidates[0] ?? '';
}
