import { spawn } from 'node:child_process';

/** Ends process groups that outlive this process, however it went: a crash and SIGKILL included. */
export interface OrphanGuard {
  /** Before the first group is started. */
  prepare(): void;
  watch(group: number): void;
  release(group: number): void;
}

export interface OrphanGuardOptions {
  /** How long a group is watched before the guard is told of it; with 0 the guard is there before the group. */
  readonly tellAfterMs: number;
  /**
   * Called when somebody asks the guard to end, whom nobody knows: it is the whole tree of processes that is to end, from the
   * leaves on. How the others ended that were asked with it says nothing of what they were to do.
   */
  readonly onAskedToEnd: () => void;
}

export const noGuard: OrphanGuard = { prepare: () => {}, watch: () => {}, release: () => {} };

/**
 * Reads `+group` and `-group` lines. The end of its input is the end of Larder: groups that are still
 * listed then are asked to end, and two seconds later ended by force. Asked to end itself before, it does: Nx ends
 * trees of processes from the leaves on, and asks Larder only when nothing below it is left.
 */
const script = `
trap '' HUP INT
live=
while read -r change; do
  case $change in
    +*) live="$live \${change#+}" ;;
    -*) left=
      for group in $live; do [ "$group" = "\${change#-}" ] || left="$left $group"; done
      live=$left ;;
  esac
done
[ -n "$live" ] || exit 0
trap '' TERM
for group in $live; do kill -s TERM -- "-$group"; kill -s CONT -- "-$group"; done
sleep 2
for group in $live; do kill -s KILL -- "-$group"; done
`;

/**
 * A shell that does nothing but wait for the end of a pipe: the only thing that survives a SIGKILL of
 * its parent and is told of it at once. Told of processes that have been watched for a while, and started
 * for the first of them: most are gone sooner, and cost nothing then. In its own session, so that Ctrl-C
 * does not reach it. Does not keep this process alive. Not on Windows.
 */
export function createOrphanGuard({ tellAfterMs, onAskedToEnd }: OrphanGuardOptions): OrphanGuard {
  if (process.platform === 'win32') return noGuard;
  const untold = new Set<number>();
  const told = new Set<number>();
  let guard: { write(text: string): unknown } | null = null;
  let telling: NodeJS.Timeout | null = null;
  const tell = (): void => {
    telling = null;
    if (untold.size === 0) return;
    guard ??= startGuard(onAskedToEnd);
    guard.write([...untold].map((group) => `+${group}\n`).join(''));
    for (const group of untold) told.add(group);
    untold.clear();
  };
  return {
    prepare: () => {
      if (tellAfterMs === 0) guard ??= startGuard(onAskedToEnd);
    },
    watch: (group) => {
      untold.add(group);
      telling ??= setTimeout(tell, tellAfterMs).unref();
    },
    release: (group) => {
      untold.delete(group);
      if (told.delete(group)) guard?.write(`-${group}\n`);
    },
  };
}

function startGuard(onAskedToEnd: () => void): { write(text: string): unknown } {
  const guard = spawn('/bin/sh', ['-c', script, 'larder-orphan-guard'], {
    cwd: '/',
    detached: true,
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // The guard is a second net: without it everything else works, so its troubles are nobody's.
  guard.once('error', () => {});
  guard.once('exit', (_, signal) => {
    if (signal === 'SIGTERM') onAskedToEnd();
  });
  guard.stdin.on('error', () => {});
  guard.unref();
  if ('unref' in guard.stdin && typeof guard.stdin.unref === 'function') guard.stdin.unref();
  return guard.stdin;
}
