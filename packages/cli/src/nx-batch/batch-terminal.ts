import { availableParallelism } from 'node:os';
import { listenToSignals } from '../signals.ts';
import { detectCi, type Terminal } from '../terminal.ts';

/** The process that Nx has started for the batch; when Nx is gone, the run is over too. */
export function createBatchTerminal(process: NodeJS.Process): Terminal {
  const signals = listenToSignals(process);
  process.once('disconnect', signals.abort);
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    workingDirectory: process.cwd(),
    availableParallelism: availableParallelism(),
    isCi: detectCi(process.env),
    // Nx has said in FORCE_COLOR what tasks are to do.
    color: false,
    signal: signals.signal,
    abort: signals.abort,
    abortAhead: signals.abortAhead,
    endsFromLeaves: true,
  };
}
