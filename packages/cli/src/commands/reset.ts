import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findWorkspaceRoot } from '@larder/workspace';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { writeOut } from '../session/command-io.ts';
import { refuseFile } from '../session/refuse-file.ts';
import { reportProblems } from '../session/report-problems.ts';
import type { Terminal } from '../terminal.ts';

/** Removes `.larder`: the local cache, the state and the records. Works also where the configuration is broken. */
export async function resetCommand(terminal: Terminal): Promise<ExitCode> {
  const root = findWorkspaceRoot(terminal.workingDirectory);
  if (root.kind === 'none') {
    const problem = { severity: 'error', code: 'no-workspace', directory: terminal.workingDirectory } as const;
    await reportProblems(terminal, [problem], terminal.workingDirectory);
    return exitCodes.usage;
  }
  const file = join(root.rootAbsolute, '.larder');
  try {
    await rm(file, { recursive: true, force: true });
  } catch (error) {
    return refuseFile(terminal, file, error);
  }
  await writeOut(terminal, 'Removed .larder: the local cache, the state and the run records.\n');
  return exitCodes.ok;
}
