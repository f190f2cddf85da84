import { statSync } from 'node:fs';
import type { ChildCommand } from './child-command.ts';

/** Says why a process could not be started. The system's ENOENT names the program even where the folder is missing. */
export function describeSpawnError(error: unknown, command: ChildCommand, cwdAbsolute: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    if (!isDirectory(cwdAbsolute)) return `the folder ${cwdAbsolute} does not exist (${code})`;
    return `the program ${command.file} was not found (${code})`;
  }
  if (code === 'EACCES') return `the program ${command.file} may not be executed (${code})`;
  if (code === 'E2BIG')
    return `the command line and the environment of ${command.file} are too long together (${code})`;
  return error instanceof Error ? error.message : String(error);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
