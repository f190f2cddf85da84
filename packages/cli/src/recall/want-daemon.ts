import { wantsDaemon } from '@larder/core';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';

/** Has a daemon watch for the next run, where the workspace wants one and none has answered. Never rejects. */
export async function startWantedDaemon(session: Session, terminal: Terminal): Promise<void> {
  const { config, workspace, rootAbsolute, log } = session;
  const need = { ci: terminal.isCi, files: workspace.files.paths.length };
  if (terminal.memoQuestion === undefined || terminal.changeClock || !wantsDaemon(config.daemon, need)) return;
  try {
    const { startWatchingDaemon } = await import('@larder/daemon');
    await startWatchingDaemon(rootAbsolute, { env: terminal.env, version });
  } catch (error) {
    log(`no daemon was started: ${String(error)}`);
  }
}
