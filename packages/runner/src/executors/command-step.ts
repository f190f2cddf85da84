import type { ExecutorContext, RunningProcess, SpawnProcess, TaskEnd } from '@larder/core';
import { toTaskEnd } from './task-end.ts';

/** One command line of a task, ready to be given to the shell. */
export interface CommandStep {
  readonly line: string;
  readonly cwdAbsolute: string;
  readonly env: Readonly<Record<string, string>>;
  readonly onOutput: ExecutorContext['onOutput'];
  /** Called once when the command has ended and its output was delivered. */
  readonly onEnd: () => void;
}

export interface RunningStep {
  readonly process: RunningProcess;
  readonly ended: Promise<TaskEnd>;
}

export function startStep(step: CommandStep, spawn: SpawnProcess): RunningStep {
  const process = spawn({
    command: { kind: 'shell', line: step.line },
    cwdAbsolute: step.cwdAbsolute,
    env: step.env,
    ipc: false,
    onOutput: step.onOutput,
  });
  const ended = process.exited.then((exit) => {
    step.onEnd();
    return toTaskEnd(exit);
  });
  return { process, ended };
}
