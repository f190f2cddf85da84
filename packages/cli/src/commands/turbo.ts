import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { join } from 'node:path';
import { askDaemon, runTokenOf, shellTokenOf } from '@larder/daemon';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { writeError, writeOut } from '../session/command-io.ts';
import type { Terminal } from '../terminal.ts';
import { openDaemon, requireRoot } from './open-daemon.ts';
import { signs, turboEnv } from './turbo-env.ts';

const answerMs = 2_000;
/** Whoever stops a command sends these to its process alone; turbo's own is to hear of it. */
const sentToOne = ['SIGTERM', 'SIGHUP'] as const;
/** A machine of CI is gone after the run: what was built is uploaded before. */
const ciFlushMs = 60_000;

/** Runs the workspace's own turbo; its exit code is the answer. Without a daemon it runs as it would without Larder. */
export async function turboCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const root = await requireRoot(terminal);
  if (root === null) return exitCodes.usage;
  const program = findTurbo(root);
  if (program === null) {
    await writeError(terminal, 'larder: turbo is not installed in this workspace; add it with your package manager.\n');
    return exitCodes.usage;
  }
  const runId = `turbo-${process.pid}`;
  const daemon = await openDaemon(root, terminal, runId);
  if (daemon.kind === 'failed') {
    await writeError(terminal, `larder: the cache takes no part in this run: ${daemon.detail}\n`);
    return await runTurbo([program, ...args], terminal, {});
  }
  const exitCode = await runTurbo(
    [program, ...args],
    terminal,
    turboEnv(daemon.url, runTokenOf(daemon.record.token, runId), signs(root, terminal.env)),
  );
  const flushMs = terminal.isCi ? ciFlushMs : 0;
  await askDaemon(daemon.record, { action: 'end', runId, flushMs }, flushMs + answerMs);
  return exitCode;
}

async function runTurbo(
  words: readonly string[],
  terminal: Terminal,
  added: Readonly<Record<string, string>>,
): Promise<ExitCode> {
  const options = { cwd: terminal.workingDirectory, env: { ...terminal.env, ...added }, stdio: 'inherit' } as const;
  // Ctrl-C reaches turbo by itself, as a member of the same group; Larder waits for its end.
  const child = spawn(process.execPath, words, options);
  const end = (): void => void child.kill('SIGTERM');
  for (const name of sentToOne) process.on(name, end);
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  for (const name of sentToOne) process.off(name, end);
  // turbo's codes are turbo's: whatever it says is passed on.
  return (code ?? 128 + (signal === null ? 0 : constants.signals[signal])) as ExitCode;
}

/** Prints the variables for a shell. The token is this user's secret: it opens the cache of this daemon, and nothing else. */
export async function envTurboCommand(terminal: Terminal): Promise<ExitCode> {
  const root = await requireRoot(terminal);
  if (root === null) return exitCodes.usage;
  const runId = `env-${process.pid}`;
  const daemon = await openDaemon(root, terminal, runId);
  if (daemon.kind === 'failed') {
    await writeError(terminal, `larder: the daemon did not start: ${daemon.detail}\n`);
    return exitCodes.taskFailed;
  }
  await askDaemon(daemon.record, { action: 'end', runId, flushMs: 0 }, answerMs);
  const lines = Object.entries(turboEnv(daemon.url, shellTokenOf(daemon.record.token), signs(root, terminal.env))).map(
    ([name, value]) => `export ${name}='${value}'\n`,
  );
  await writeOut(terminal, lines.join(''));
  return exitCodes.ok;
}

function findTurbo(root: string): string | null {
  try {
    return createRequire(join(root, 'package.json')).resolve('turbo/bin/turbo');
  } catch {
    return null;
  }
}
