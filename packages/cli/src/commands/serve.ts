import type { ExitCode } from '../exit-codes.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';

/** The server's own command line, in this process; ends when the process is asked to. */
export async function serveCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const { runCommand } = await import('@larder/server');
  const exitCode = await runCommand(args, {
    writeOut: (text) => void terminal.stdout.write(text),
    writeError: (text) => void terminal.stderr.write(text),
    epochMs: Date.now,
    currentDirectory: terminal.workingDirectory,
    env: terminal.env,
    version,
    untilStopped: () => untilAborted(terminal.signal),
  });
  return exitCode === 0 ? exitCodes.ok : exitCodes.usage;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
