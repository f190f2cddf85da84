import { availableParallelism } from 'node:os';
import { describeOldNode } from '@larder/core';
import { namesRun } from './argv/names-run.ts';
import { keepCompiledCode } from './compile-cache.ts';
import { exitCodes } from './exit-codes.ts';
import { openOutput } from './output.ts';
import type { Recalled, Surroundings } from './recall/recall-run.ts';
import { listenToSignals } from './signals.ts';
import { detectCi, detectColor, type Terminal } from './terminal.ts';
import { version } from './version.ts';

/**
 * The whole of what touches the process: words, streams, signals and the exit code. The version and what is
 * remembered are answered before anything else is loaded; standard streams alone take a tenth of such a run.
 */
async function main(): Promise<number> {
  const oldNode = describeOldNode(process.versions.node);
  if (oldNode !== null) {
    openStreams().stderr.write(`error[old-node]: ${oldNode}\n`);
    return exitCodes.usage;
  }
  const argv = process.argv.slice(2);
  const output = openOutput(openStreams);
  if (argv.length === 1 && argv[0] === '--version') {
    output.write(`${version}\n`);
    return exitCodes.ok;
  }
  const surroundings = {
    env: process.env,
    workingDirectory: process.cwd(),
    availableParallelism: availableParallelism(),
  };
  const isRun = namesRun(argv[0]);
  const recalled = isRun ? await (await import('./recall/recall-run.ts')).recallRun(argv, surroundings, output) : null;
  if (recalled?.kind === 'answered') return recalled.exitCode;
  const terminal = openTerminal(surroundings, recalled === null ? {} : describeAsked(recalled));
  try {
    return await answer(argv, terminal, recalled);
  } catch (error) {
    if (terminal.signal.aborted && isAbort(error)) return exitCodes.interrupted;
    throw error;
  }
}

async function answer(
  argv: readonly string[],
  terminal: Terminal,
  recalled: Exclude<Recalled, { kind: 'answered' }> | null,
): Promise<number> {
  if (recalled?.kind === 'found') {
    const { retellRun } = await import('./recall/retell-run.ts');
    const exitCode = await retellRun(terminal, recalled.found, recalled.asked);
    if (exitCode !== null) return exitCode;
  }
  keepCompiledCode(process.env);
  if (namesRun(argv[0])) return (await import('./run-tasks-line.ts')).runTasksLine(argv, terminal);
  return (await import('./run-command-line.ts')).runCommandLine(argv, terminal);
}

/** Whether somebody was still waiting for something when the abort came: before a run begins, nothing else says so. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function openTerminal(surroundings: Surroundings, asked: Partial<Terminal>): Terminal {
  const { stdout, stderr } = openStreams();
  const { signal, abort, abortAhead } = listenToSignals(process);
  return {
    ...surroundings,
    ...asked,
    stdout,
    stderr,
    // Opened by the first look at it, which most runs never take.
    get stdin() {
      return process.stdin;
    },
    isCi: detectCi(process.env),
    color: detectColor(process.env, stdout.isTTY),
    signal,
    abort,
    abortAhead,
  };
}

/** What a run that looks for itself is remembered by. */
function describeAsked(recalled: Exclude<Recalled, { kind: 'answered' }>): Partial<Terminal> {
  // What was found and could not be told is out of date in a way that no clock counts.
  if (recalled.kind === 'found') return { memoQuestion: recalled.asked.question };
  const { question, clock, broken } = recalled;
  return { memoQuestion: question, changeClock: clock, brokenAnswer: broken };
}

let areStreamsOpen = false;

function openStreams(): NodeJS.Process {
  if (areStreamsOpen) return process;
  areStreamsOpen = true;
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  return process;
}

/** A reader that went away (`larder … | head`) is no failure of ours. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

process.on('uncaughtException', exitWithBug);
main().then(exitWhenFlushed, exitWithBug);

function exitWithBug(error: unknown): void {
  if (isFullOutput(error)) {
    openStreams().stderr.write(
      'error[output]: What Larder has to say cannot be written: no space is left on the device.\n',
    );
    return exitWhenFlushed(exitCodes.taskFailed);
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? `\nCaused by: ${error.cause.message}` : '';
  openStreams().stderr.write(`error[bug]: Larder failed in a way that it should not.\n${text}${cause}\n`);
  exitWhenFlushed(exitCodes.bug);
}

/** A write to a stream names no file: the output was led into one on a disk that is full. */
function isFullOutput(error: unknown): boolean {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' && syscall === 'write' && path === undefined;
}

/** Pipes are written in the background: leave only when what was said has been handed over. */
function exitWhenFlushed(exitCode: number): void {
  if (!areStreamsOpen) process.exit(exitCode);
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}
