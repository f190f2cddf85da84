import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '@larder/core';
import { openHistory, type RunHistory, type RunRecord } from '@larder/report';
import { selectRuns } from '@larder/report/insights';
import { findWorkspaceRoot } from '@larder/workspace';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { historyFile } from '../run/history-file.ts';
import { reportProblems } from '../session/report-problems.ts';
import type { Terminal } from '../terminal.ts';

/** Runs a command on the workspace's history alone: no project is read, so that it works where they are broken. */
export async function withHistory(
  terminal: Terminal,
  command: (history: RunHistory) => Promise<ExitCode>,
): Promise<ExitCode> {
  const root = findWorkspaceRoot(terminal.workingDirectory);
  if (root.kind === 'none') {
    return refuse(terminal, { severity: 'error', code: 'no-workspace', directory: terminal.workingDirectory });
  }
  const file = historyFile({ stateDirectoryAbsolute: join(root.rootAbsolute, '.larder') });
  const opened = await openHistory(file);
  if (opened.kind === 'unavailable') {
    const detail = existsSync(file) ? opened.detail : 'no run is recorded in it yet, and it cannot be made here';
    return refuse(terminal, { severity: 'error', code: 'unreadable-file', file, detail });
  }
  try {
    return await command(opened.history);
  } finally {
    opened.history.close();
  }
}

/** The runs that a word names, handed on; else what would have been allowed. */
export async function withRuns(
  terminal: Terminal,
  { history, name }: { readonly history: RunHistory; readonly name: string },
  command: (runs: readonly [RunRecord, ...RunRecord[]]) => Promise<ExitCode>,
): Promise<ExitCode> {
  const selected = selectRuns(history, name);
  if (selected.kind === 'none') {
    return refuse(terminal, { severity: 'error', code: 'usage', detail: selected.detail, near: [] });
  }
  return command(selected.runs as readonly [RunRecord, ...RunRecord[]]);
}

export async function refuse(terminal: Terminal, problem: Problem): Promise<ExitCode> {
  await reportProblems(terminal, [problem], terminal.workingDirectory);
  return exitCodes.usage;
}

export function textOptions(terminal: Terminal): { readonly color: boolean; readonly columns: number } {
  return { color: terminal.color, columns: terminal.stdout.columns ?? Infinity };
}
