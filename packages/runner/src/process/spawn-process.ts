import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { ProcessExit, RunningProcess, SpawnProcess, SpawnRequest } from '@larder/core';
import { toChildCommand } from './child-command.ts';
import type { ChildCommand } from './child-command.ts';
import { describeSpawnError } from './describe-spawn-error.ts';
import { createOrphanGuard, noGuard } from './orphan-guard.ts';
import type { OrphanGuard, OrphanGuardOptions } from './orphan-guard.ts';
import { findPlainCommand } from './plain-command.ts';
import { settlesWithin } from './settles-within.ts';
import { stopProcessTree } from './stop-process-tree.ts';
import { createUsageSampler } from './usage-sampler.ts';
import type { UsageSampler } from './usage-sampler.ts';

export interface SpawnProcessOptions {
  /** How long `stop` waits after its request before it ends a tree by force. */
  readonly stopGraceMs: number;
  /** How long output is awaited after a process has ended while something that it started still holds its pipes. */
  readonly outputDrainMs: number;
  /** Ends processes when this process dies without having stopped them, and tells when it is asked to end itself; null: none. */
  readonly guard: OrphanGuardOptions | null;
}

/**
 * Starts processes in a session of their own, so that `stop` reaches everything that they started, and
 * so that Ctrl-C reaches only Larder, which then stops them. What a process leaves running in the
 * background when it ends by itself is left alone, as npm does. Troubles of starting are values.
 */
export function createSpawnProcess(options: SpawnProcessOptions): SpawnProcess {
  const guard: OrphanGuard = options.guard === null ? noGuard : createOrphanGuard(options.guard);
  const sampler = createUsageSampler();
  return (request) => {
    const command = toChildCommand(request.command, request.env, process.platform);
    try {
      guard.prepare();
      const child = startPlainly(request) ?? startChild(command, request);
      return new SpawnedProcess(child, { command, request, options, guard, sampler });
    } catch (error) {
      // Node reports some troubles by throwing: an argument list that is too long, a NUL in a text.
      return failedProcess(describeSpawnError(error, command, request.cwdAbsolute));
    }
  };
}

/** Null where it takes a shell, if only to say in its words why the program cannot be started. */
function startPlainly(request: SpawnRequest): ChildProcess | null {
  const plain = findPlainCommand(request, process.platform);
  if (plain === null) return null;
  try {
    const child = startChild({ ...plain, verbatim: false }, { ...request, env: plain.env });
    if (child.pid !== undefined) return child;
    child.once('error', () => {});
  } catch {
    // The shell will meet the same trouble, or know better.
  }
  return null;
}

function startChild(command: ChildCommand, request: SpawnRequest): ChildProcess {
  return spawn(command.file, command.args, {
    cwd: request.cwdAbsolute,
    env: request.env,
    detached: process.platform !== 'win32',
    stdio: [request.input === 'open' ? 'pipe' : 'ignore', 'pipe', 'pipe', ...(request.ipc ? (['ipc'] as const) : [])],
    windowsHide: true,
    windowsVerbatimArguments: command.verbatim,
  });
}

function failedProcess(spawnError: string): RunningProcess {
  return {
    pid: null,
    exited: Promise.resolve({ exitCode: null, signal: null, spawnError }),
    send: () => {},
    onMessage: () => {},
    stop: () => Promise.resolve(),
  };
}

interface SpawnContext {
  readonly command: ChildCommand;
  readonly request: SpawnRequest;
  readonly options: SpawnProcessOptions;
  readonly guard: OrphanGuard;
  readonly sampler: UsageSampler;
}

class SpawnedProcess implements RunningProcess {
  readonly pid: number | null;
  readonly exited: Promise<ProcessExit>;
  readonly #child: ChildProcess;
  readonly #context: SpawnContext;
  readonly #leaderEnded: Promise<void>;
  #settle: (exit: ProcessExit) => void = () => {};
  #settled = false;
  #drainTimer: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | null = null;

  constructor(child: ChildProcess, context: SpawnContext) {
    this.#child = child;
    this.#context = context;
    this.pid = child.pid ?? null;
    this.exited = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#leaderEnded = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    this.#listen();
    if (this.pid === null) return;
    context.guard.watch(this.pid);
    if (context.request.onUsage !== undefined) context.sampler.watch(this.pid, context.request.onUsage);
  }

  send(message: unknown): void {
    if (this.#child.connected) this.#child.send(message as object, () => {});
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#child.on('message', listener);
  }

  write(text: string): void {
    if (this.#child.stdin?.writable === true) this.#child.stdin.write(text);
  }

  endInput(): void {
    this.#child.stdin?.end();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopTree();
    return this.#stopping;
  }

  #listen(): void {
    const { request, options, command, guard, sampler } = this.#context;
    // It may have closed its input, or be gone.
    this.#child.stdin?.on('error', () => {});
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#child[stream]?.on('data', (chunk: Uint8Array) => request.onOutput(stream, chunk));
      this.#child[stream]?.once('end', () => sampler.noteEnd(this.pid ?? 0));
    }
    this.#child.on('error', (error) => {
      // After the start, errors are those of signals and messages to a process that is going away.
      if (this.pid !== null) return;
      const spawnError = describeSpawnError(error, command, request.cwdAbsolute);
      this.#finish({ exitCode: null, signal: null, spawnError });
    });
    this.#child.once('exit', (exitCode, signal) => {
      if (this.pid === null) return;
      guard.release(this.pid);
      const exit = { exitCode, signal, spawnError: null, cpuMs: sampler.release(this.pid) };
      this.#child.once('close', () => this.#finish(exit));
      // The event loop runs timers before it reads pipes: only after one more round is what was
      // written before the end surely read, even where the timer came late.
      this.#drainTimer = setTimeout(() => setImmediate(() => this.#finish(exit)), options.outputDrainMs);
    });
  }

  #finish(exit: ProcessExit): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#drainTimer);
    this.#child.stdin?.destroy();
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    if (this.#child.connected) this.#child.disconnect();
    this.#settle(exit);
  }

  async #stopTree(): Promise<void> {
    // Once it is over its id may belong to somebody else.
    if (this.pid === null || this.#settled) return;
    const { stopGraceMs: graceMs } = this.#context.options;
    await stopProcessTree({ pid: this.pid, leaderEnded: this.#leaderEnded, graceMs });
    // A process in an uninterruptible wait of the kernel survives even SIGKILL for a while: nobody waits for it.
    if (await settlesWithin(this.exited, graceMs)) return;
    this.#finish({ exitCode: null, signal: 'SIGKILL', spawnError: null });
  }
}
