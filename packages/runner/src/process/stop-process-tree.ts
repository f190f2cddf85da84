import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { findProcessTree, readProcessTable } from './process-table.ts';
import type { ProcessFacts } from './process-table.ts';
import { settlesWithin } from './settles-within.ts';

export interface StoppableProcess {
  /** Leads a process group and a session of its own. */
  readonly pid: number;
  /** Settles when the process itself has ended; what it started may go on. */
  readonly leaderEnded: Promise<unknown>;
  /** Between the request to end and the end by force. */
  readonly graceMs: number;
}

/** A process that forks while it is being killed can slip through a round; none slips through for long. */
const killRounds = 3;
const killRoundMs = 100;

/**
 * Asks a process and everything that it has started to end, and ends by force what is left after the
 * grace period. On Linux this reaches children that left the process group too; elsewhere the group.
 */
export async function stopProcessTree(target: StoppableProcess): Promise<void> {
  if (process.platform === 'win32') return stopWindowsTree(target.pid);
  const tree = new PosixTree(target);
  // A stopped process takes the request only when it goes on.
  tree.signal(['SIGTERM', 'SIGCONT']);
  if (await tree.endsWithin(target.graceMs)) return;
  for (let round = 0; round < killRounds; round += 1) {
    tree.signal(['SIGKILL']);
    if (await tree.endsWithin(killRoundMs)) return;
  }
}

class PosixTree {
  readonly #target: StoppableProcess;
  #known: readonly ProcessFacts[] = [];

  constructor(target: StoppableProcess) {
    this.#target = target;
  }

  signal(signals: readonly NodeJS.Signals[]): void {
    const { pid: leader } = this.#target;
    this.#known = this.#living() ?? [];
    const outsiders = this.#known.filter((facts) => facts.group !== leader);
    for (const signal of signals) {
      sendSignal(-leader, signal);
      for (const facts of outsiders) sendSignal(facts.pid, signal);
    }
  }

  /**
   * The end of the leader is an event. That of processes which are not our children is none anywhere,
   * so what outlives the leader is looked for again, more and more rarely.
   */
  async endsWithin(timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    if (!(await settlesWithin(this.#target.leaderEnded, timeoutMs))) return false;
    for (let waitMs = 5; this.#isAlive(); waitMs *= 2) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return false;
      await delay(Math.min(waitMs, leftMs));
    }
    return true;
  }

  /** Null where nobody can tell. */
  #living(): readonly ProcessFacts[] | null {
    const table = readProcessTable();
    return table && findProcessTree(table, { leader: this.#target.pid, known: this.#known });
  }

  #isAlive(): boolean {
    const living = this.#living();
    // Without a table the group is asked, and a zombie in it counts as alive until the time is up.
    return living === null ? sendSignal(-this.#target.pid, 0) : living.length > 0;
  }
}

/** True where it reached a process. */
function sendSignal(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    // Nobody is there any more (ESRCH), or it belongs to another user (EPERM) and we cannot end it.
    return false;
  }
}

/** Windows has no request to end that a console program would hear: `taskkill` ends the tree by force. */
function stopWindowsTree(pid: number): Promise<void> {
  return new Promise((resolve) => {
    const killer = spawn('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    killer.once('error', () => resolve());
    killer.once('close', () => resolve());
  });
}
