import { readFileSync } from 'node:fs';
import { askAllDaemons, askDaemon, type ChangesStatus, type DaemonStatus, type FoundDaemon } from '@larder/daemon';
import { cleanTerminalText, formatBytes } from '@larder/report';
import type { Command } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { formatJson, writeError, writeOut } from '../session/command-io.ts';
import type { Terminal } from '../terminal.ts';
import { describeWatchLoss } from './describe-watch-loss.ts';
import { openDaemon, requireRoot } from './open-daemon.ts';

type DaemonCommand = Extract<Command, { kind: 'daemon' }>;

const none = 'No daemon runs here.\n';

/** `larder daemon start|stop|status|logs`. */
export async function daemonCommand(command: DaemonCommand, terminal: Terminal): Promise<ExitCode> {
  const root = await requireRoot(terminal);
  if (root === null) return exitCodes.usage;
  switch (command.action) {
    case 'start':
      return await start(root, terminal);
    case 'stop':
      return await stop(root, command.force, terminal);
    case 'status':
      return await printStatus(root, command.json, terminal);
    case 'logs':
      return await printLogs(root, terminal);
  }
}

async function start(root: string, terminal: Terminal): Promise<ExitCode> {
  const daemon = await openDaemon(root, terminal, null);
  if (daemon.kind === 'failed') {
    await writeError(terminal, `larder: the daemon did not start: ${daemon.detail}\n`);
    return exitCodes.taskFailed;
  }
  await askDaemon(daemon.record, { action: 'watch' }, 5_000);
  const what = daemon.started ? 'Started' : 'Running already';
  await writeOut(terminal, `${what}: process ${daemon.record.pid}, ${daemon.url}\n`);
  return exitCodes.ok;
}

async function stop(root: string, force: boolean, terminal: Terminal): Promise<ExitCode> {
  const stopped = await askAllDaemons(root, { action: 'stop', force });
  if (stopped.length === 0) await writeOut(terminal, none);
  for (const { record, status } of stopped) {
    const count = status.runs.length;
    const when = force || count === 0 ? '' : ` when the ${count} runs that use it have ended`;
    await writeOut(terminal, `Process ${record.pid} ends${when}.\n`);
  }
  return exitCodes.ok;
}

async function printStatus(root: string, json: boolean, terminal: Terminal): Promise<ExitCode> {
  const found = await askAllDaemons(root, { action: 'status' });
  if (json) await writeOut(terminal, formatJson(found.map(({ status }) => status)));
  else await writeOut(terminal, found.length === 0 ? none : found.map(describeDaemon).join('\n'));
  return exitCodes.ok;
}

async function printLogs(root: string, terminal: Terminal): Promise<ExitCode> {
  const found = await askAllDaemons(root, { action: 'status' });
  if (found.length === 0) await writeOut(terminal, none);
  for (const { logFile } of found) await writeOut(terminal, `${logFile}\n${readFileSync(logFile, 'utf8')}`);
  return exitCodes.ok;
}

function describeDaemon({ record, status }: FoundDaemon): string {
  const since = new Date(status.startedAtEpochMs).toISOString();
  const access = status.upstream !== null && !status.uploads ? ', only read' : '';
  return [
    `Process ${status.pid}, port ${record.port}, version ${status.version}, since ${since}`,
    `  remote   ${status.upstream ?? 'none'}${access}`,
    `  runs     ${status.runs.length} under way`,
    ...describeTallies(status),
    ...describeChanges(status.changes),
    '',
  ].join('\n');
}

function describeTallies({ tallies, pendingUploads, memoryBytes }: DaemonStatus): readonly string[] {
  const { memory, disk, remote } = tallies.hits;
  return [
    `  hits     ${memory} from memory, ${disk} from disk, ${remote} from the remote; ${tallies.misses} misses`,
    `  stored   ${tallies.stored}; ${pendingUploads} uploads wait`,
    `  ahead    ${tallies.ahead.fetched} fetched before somebody asked, ${tallies.ahead.asked} of them asked for since`,
    `  moved    ${formatBytes(tallies.downloadedBytes)} down, ${formatBytes(tallies.uploadedBytes)} up`,
    `  memory   ${formatBytes(memoryBytes)}`,
    ...tallies.troubles.map(
      ({ what, detail, count }) => `  trouble  ${what}, ${count} times: ${cleanTerminalText(detail, false)}`,
    ),
  ];
}

function describeChanges(changes: ChangesStatus | null): readonly string[] {
  if (changes === null) return ['  watch    no; `larder daemon start` begins it'];
  const { state, loss, losses, folders, journalPaths, answers } = changes;
  return [
    `  watch    ${state}: ${folders} folders, ${journalPaths} changed paths remembered`,
    `  asked    ${answers.changes} times told what changed, ${answers.unknown} times that it is unknown`,
    ...(loss === null ? [] : [`  lost     ${losses} times, the last time because ${describeWatchLoss(loss)}`]),
  ];
}
