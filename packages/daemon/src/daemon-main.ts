import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Lease } from './leases.ts';
import { readDaemonRecord } from './process/daemon-record.ts';
import { isAlive } from './process/is-alive.ts';
import { releaseLock } from './process/start-lock.ts';
import { runDaemon, type RunningDaemon } from './run-daemon.ts';
import { version } from './version.ts';

/*
 * Runs in a process of its own: `node daemon-main.js <workspace root> <record file> serve|watch|standby|relay`. The process that
 * serves runs has a second one beside it, which holds the same listening socket and does nothing. When the first dies
 * without saying so, the second serves on, and nobody's connection is refused: Nx would end the run. `relay` hands on what
 * comes to a listening socket that it was left, until the process named by one more argument has ended.
 */

/** What the serving process tells the one that stands by. */
type Message = { readonly token: string; readonly leases: readonly Lease[]; readonly watches: boolean } | 'done';

/** The listening socket of those that get one from the process that starts them. */
const inheritedFd = 3;
const checkEveryMs = 1_000;
const [rootAbsolute = '', recordFile = '', role, relayedPid] = process.argv.slice(2);

async function serve(from: {
  readonly token: string;
  readonly leases: readonly Lease[];
  readonly listenFd: number | null;
  readonly watches: boolean;
}): Promise<void> {
  let standby: ChildProcess | null = null;
  let daemon: RunningDaemon | null = null;
  let { leases, watches } = from;
  const tell = (message: Message): void => {
    if (standby?.connected === true) standby.send(message, () => {});
  };
  const tellAll = (): void => {
    // Who only watches needs nobody to take over: without an answer, everything is read as if there were no daemon.
    const fd = daemon?.listeningFd ?? null;
    if (standby === null && fd !== null && leases.length > 0) standby = startStandby(fd);
    tell({ token: from.token, leases, watches });
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
    tellAll();
  };
  const onWatch = (): void => {
    watches = true;
    tellAll();
  };
  const log = (text: string): void => console.error(text);
  const known = { rootAbsolute, recordFile, version, env: process.env, log };
  daemon = await runDaemon({ ...from, ...known, onLeases, onWatch, onDone });
  process.send?.('listening', () => {});
  tellAll();
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
    serve({ ...known, listenFd: inheritedFd }).catch(exitWithReason);
  });
}

async function relay(pid: number): Promise<void> {
  const record = readDaemonRecord(recordFile, rootAbsolute);
  if (record === null) throw new Error('there is no daemon to hand anything on to');
  const { startRelay } = await import('./relay/start-relay.ts');
  await startRelay(record, inheritedFd);
  setInterval(() => isAlive(pid) || process.exit(0), checkEveryMs);
}

function exitWithReason(error: unknown): void {
  console.error(error);
  process.exit(1);
}

process.on('uncaughtException', (error) => console.error(error));
if (role === 'standby') {
  standBy();
} else if (role === 'relay') {
  relay(Number(relayedPid)).catch(exitWithReason);
} else {
  const watches = role === 'watch';
  serve({ token: randomBytes(32).toString('hex'), leases: [], listenFd: null, watches })
    .catch(exitWithReason)
    // Whoever started it has not waited for this.
    .finally(() => watches && releaseLock(recordFile.replace(/json$/, 'lock')));
}
