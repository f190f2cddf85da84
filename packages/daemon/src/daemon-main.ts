import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Lease } from './leases.ts';
import { readDaemonRecord } from './process/daemon-record.ts';
import { runDaemon, type RunningDaemon } from './run-daemon.ts';
import { version } from './version.ts';

/*
 * Runs in a process of its own: `node daemon-main.js <workspace root> <record file> [standby]`. The process that serves
 * has a second one beside it, which holds the same listening socket and does nothing. When the first dies without saying
 * so, the second serves on, and nobody's connection is refused: Nx would end the run.
 */

/** What the serving process tells the one that stands by. */
type Message = { readonly token: string; readonly leases: readonly Lease[] } | 'done';

const standbyFd = 3;
const [rootAbsolute = '', recordFile = '', role] = process.argv.slice(2);

async function serve(from: {
  readonly token: string;
  readonly leases: readonly Lease[];
  readonly listenFd: number | null;
}): Promise<void> {
  let standby: ChildProcess | null = null;
  let daemon: RunningDaemon | null = null;
  let { leases } = from;
  const tell = (message: Message): void => {
    if (standby?.connected === true) standby.send(message, () => {});
  };
  const onDone = (): void => {
    tell('done');
    const isOurs = readDaemonRecord(recordFile, rootAbsolute)?.token === from.token;
    if (isOurs) rmSync(recordFile, { force: true });
    daemon?.close();
    setTimeout(() => process.exit(0), 50);
  };
  const onLeases = (now: readonly Lease[]): void => {
    leases = now;
    tell({ token: from.token, leases });
  };
  daemon = await runDaemon({ ...from, rootAbsolute, recordFile, version, env: process.env, onLeases, onDone });
  process.send?.('listening', () => {});
  if (daemon.listeningFd !== null) standby = startStandby(daemon.listeningFd);
  tell({ token: from.token, leases });
}

function startStandby(listeningFd: number): ChildProcess {
  const args = [...process.execArgv, process.argv[1] ?? '', rootAbsolute, recordFile, 'standby'];
  const child = spawn(process.execPath, args, {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', listeningFd, 'ipc'],
  });
  child.on('error', (error) => console.error(`nobody stands by: ${error.message}`));
  child.unref();
  return child;
}

function standBy(): void {
  let known: Exclude<Message, 'done'> | null = null;
  process.on('message', (message: Message) => {
    if (message === 'done') process.exit(0);
    known = message;
  });
  process.once('disconnect', () => {
    if (known === null) process.exit(0);
    process.removeAllListeners('message');
    serve({ ...known, listenFd: standbyFd }).catch(exitWithReason);
  });
}

function exitWithReason(error: unknown): void {
  console.error(error);
  process.exit(1);
}

process.on('uncaughtException', (error) => console.error(error));
if (role === 'standby') standBy();
else serve({ token: randomBytes(32).toString('hex'), leases: [], listenFd: null }).catch(exitWithReason);
