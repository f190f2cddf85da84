import { availableParallelism } from 'node:os';
import { keepCompiledCode } from './compile-cache.ts';
import { exitCodes } from './exit-codes.ts';
import { listenToSignals } from './signals.ts';
import { detectCi, detectColor, type Terminal } from './terminal.ts';
import { version } from './version.ts';

/**
 * The whole of what touches the process: words, streams, signals and the exit code. The version is
 * answered before anything else is loaded.
 */
async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  if (argv.length === 1 && argv[0] === '--version') {
    process.stdout.write(`${version}\n`);
    return exitCodes.ok;
  }
  const signals = listenToSignals(process);
  const terminal: Terminal = {
    stdout: process.stdout,
    stderr: process.stderr,
    // Opened by the first look at it, which most runs never take.
    get stdin() {
      return process.stdin;
    },
    env: process.env,
    workingDirectory: process.cwd(),
    availableParallelism: availableParallelism(),
    isCi: detectCi(process.env),
    color: detectColor(process.env, process.stdout.isTTY),
    signal: signals.signal,
    abort: signals.abort,
  };
  const recalled = mayBeRecalled(argv)
    ? await (await import('./recall/recall-run.ts')).recallRun(argv, terminal)
    : null;
  if (recalled?.kind === 'answered') return recalled.exitCode;
  keepCompiledCode(process.env);
  const { runCommandLine } = await import('./run-command-line.ts');
  if (recalled === null) return runCommandLine(argv, terminal);
  return runCommandLine(argv, { ...terminal, memoQuestion: recalled.question, changeClock: recalled.clock });
}

/** Commands that run tasks; `larder web:build` is one. */
function mayBeRecalled([word = '']: readonly string[]): boolean {
  return word === 'run' || word === 'run-many' || word === 'affected' || word.includes(':');
}

// A reader that went away (`larder … | head`) is no failure of ours.
process.stdout.on('error', ignoreClosedPipe);
process.stderr.on('error', ignoreClosedPipe);

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

process.on('uncaughtException', exitWithBug);
main().then(exitWhenFlushed, exitWithBug);

function exitWithBug(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? `\nCaused by: ${error.cause.message}` : '';
  process.stderr.write(`error[bug]: Larder failed in a way that it should not.\n${text}${cause}\n`);
  exitWhenFlushed(exitCodes.bug);
}

/** Pipes are written in the background: leave only when what was said has been handed over. */
function exitWhenFlushed(exitCode: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}
