import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { warmCache } from '@larder/cache';
import { buildTaskGraph, StoreError, type Problem, type TaskHash } from '@larder/core';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { localCacheDirectory, openSessionStore } from '../run/create-run-cache.ts';
import { createRunHasher } from '../run/create-run-hasher.ts';
import { openRemoteCache } from '../run/open-remote-cache.ts';
import { writeError, writeOut } from '../session/command-io.ts';
import type { Session } from '../session/open-session.ts';
import { reportProblems } from '../session/report-problems.ts';
import { withSession } from '../session/with-session.ts';
import type { Terminal } from '../terminal.ts';
import { countEntries, tellRefused } from './cache-transfer.ts';

export interface WarmWishes {
  readonly targets: readonly string[];
  /** A commit, branch or tag; null: the working tree. */
  readonly ref: string | null;
}

/** `cache warm`: fetches what the remote cache has for the tasks of the workspace, executing nothing. */
export async function warm(session: Session, terminal: Terminal, wishes: WarmWishes): Promise<ExitCode> {
  if (wishes.ref === null) return warmTree(session, terminal, wishes.targets);
  return warmRef(session, terminal, { ...wishes, ref: wishes.ref });
}

/** Checks the commit out beside the workspace, which stays as it is, and fills the workspace's own cache. */
async function warmRef(
  session: Session,
  terminal: Terminal,
  { targets, ref }: WarmWishes & { readonly ref: string },
): Promise<ExitCode> {
  const git = (...args: readonly string[]): Promise<unknown> =>
    promisify(execFile)('git', args, { cwd: session.rootAbsolute });
  const folder = await mkdtemp(join(tmpdir(), 'larder-warm-'));
  const checkout = join(folder, 'checkout');
  try {
    await git('worktree', 'add', '--detach', '--quiet', checkout, `${ref}^{commit}`);
  } catch {
    await rm(folder, { recursive: true, force: true });
    await writeError(terminal, `larder: git cannot check out "${ref}".\n`);
    return exitCodes.usage;
  }
  try {
    const env = { ...terminal.env, LARDER_CACHE_DIRECTORY: localCacheDirectory(session) };
    const inside = { ...terminal, workingDirectory: checkout, env };
    return await withSession(inside, { verbose: false }, (opened) => warmTree(opened, inside, targets));
  } finally {
    await git('worktree', 'remove', '--force', checkout);
    await rm(folder, { recursive: true, force: true });
  }
}

async function warmTree(session: Session, terminal: Terminal, targets: readonly string[]): Promise<ExitCode> {
  const planned = await planHashes(session, terminal, targets);
  if (planned.kind === 'invalid') {
    await reportProblems(terminal, planned.problems, session.rootAbsolute);
    return exitCodes.usage;
  }
  const remote = await openRemoteCache(
    session,
    terminal,
    ({ detail }) => void writeError(terminal, `larder: ${detail}\n`),
  );
  if (remote === null) {
    await writeError(terminal, 'larder: there is no remote cache to warm from: set "remote" or LARDER_REMOTE_URL.\n');
    return exitCodes.usage;
  }
  const local = openSessionStore(session);
  try {
    const { store, trust } = remote;
    const warmed = await warmCache(local, planned.hashes, { remote: store, trust, signal: terminal.signal });
    await tellRefused(terminal, warmed.refused);
    const waiting =
      planned.deferred === 0 ? '' : ` ${planned.deferred} tasks take outputs of others and were left out.`;
    const { fetched, existing, missing } = warmed;
    await writeOut(
      terminal,
      `Fetched ${countEntries(fetched)}; ${existing} there already, ${missing} not in the remote cache.${waiting}\n`,
    );
    return warmed.refused.length === 0 ? exitCodes.ok : exitCodes.taskFailed;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    await writeError(terminal, `larder: ${error.code}: ${error.message}\n`);
    return exitCodes.taskFailed;
  } finally {
    await Promise.all([local.close(), remote.store.close()]);
  }
}

type PlannedHashes =
  | { readonly kind: 'planned'; readonly hashes: readonly TaskHash[]; readonly deferred: number }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

async function planHashes(session: Session, terminal: Terminal, targets: readonly string[]): Promise<PlannedHashes> {
  const projects = [...session.graph.projects.keys()];
  const built = buildTaskGraph(session.graph, { projects, targets, configuration: null, args: [] });
  if (built.kind === 'invalid') return built;
  const created = await createRunHasher(session, terminal, built.taskGraph);
  if (created.kind === 'invalid') return created;
  const cached = [...created.hasher.planAll()].filter(([id]) => built.taskGraph.tasks.get(id)?.cache === true);
  const hashes = cached.flatMap(([, planned]) => (planned.kind === 'ready' ? [planned.hash] : []));
  return { kind: 'planned', hashes, deferred: cached.length - hashes.length };
}
