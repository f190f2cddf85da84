import { findWorkspaceRoot } from '@larder/workspace';
import type { EnsuredDaemon } from '@larder/daemon';
import { reportProblems } from '../session/report-problems.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';

const deadlineMs = 10_000;

/** The root of the workspace; null where there is none, which has been told then. */
export async function requireRoot(terminal: Terminal): Promise<string | null> {
  const root = findWorkspaceRoot(terminal.workingDirectory);
  if (root.kind === 'found') return root.rootAbsolute;
  const directory = terminal.workingDirectory;
  await reportProblems(terminal, [{ severity: 'error', code: 'no-workspace', directory }], directory);
  return null;
}

/** Finds or starts the daemon for these surroundings; it stays as long as the run `runId` of this process. */
export async function openDaemon(
  rootAbsolute: string,
  terminal: Terminal,
  runId: string | null,
): Promise<EnsuredDaemon> {
  const { ensureDaemon } = await import('@larder/daemon');
  const options = { env: terminal.env, version, runId, pid: process.pid, nxRecordsAbsolute: null, deadlineMs };
  return await ensureDaemon(rootAbsolute, options);
}
