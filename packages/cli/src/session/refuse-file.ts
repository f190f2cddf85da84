import { describeFileError, type Problem } from '@larder/core';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { reportProblems } from './report-problems.ts';
import type { Terminal } from '../terminal.ts';

/** Says why a file that somebody named cannot be written. What is no error of the file system is thrown again. */
export async function refuseFile(terminal: Terminal, file: string, error: unknown): Promise<ExitCode> {
  return refuseUse(terminal, error, (detail) => ({ severity: 'error', code: 'unwritable-file', file, detail }));
}

/** The same for one that cannot be read. */
export async function refuseSource(terminal: Terminal, file: string, error: unknown): Promise<ExitCode> {
  return refuseUse(terminal, error, (detail) => ({ severity: 'error', code: 'unreadable-file', file, detail }));
}

async function refuseUse(
  terminal: Terminal,
  error: unknown,
  toProblem: (detail: string) => Problem,
): Promise<ExitCode> {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) throw error;
  await reportProblems(terminal, [toProblem(describeFileError(error))], terminal.workingDirectory);
  return exitCodes.usage;
}
