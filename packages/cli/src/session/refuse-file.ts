import type { Problem } from '@larder/core';
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
  await reportProblems(terminal, [toProblem(causes[code] ?? code)], terminal.workingDirectory);
  return exitCodes.usage;
}

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  ELOOP: 'it is a symbolic link that leads back to itself',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
};
