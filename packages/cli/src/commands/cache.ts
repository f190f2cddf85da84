import { cleanCache, readCacheStats } from '@larder/cache';
import { parseAge, parseSize } from '@larder/core';
import { formatBytes } from '@larder/report';
import type { Command } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { localCacheDirectory } from '../run/create-run-cache.ts';
import { formatJson, writeOut } from '../session/command-io.ts';
import type { Session } from '../session/open-session.ts';
import { reportProblems } from '../session/report-problems.ts';
import { withSession } from '../session/with-session.ts';
import type { Terminal } from '../terminal.ts';

type CacheCommand = Extract<Command, { kind: 'cache-stats' | 'cache-clean' }>;

/** `cache stats` and `cache clean`, on the local cache. */
export async function cacheCommand(command: CacheCommand, terminal: Terminal): Promise<ExitCode> {
  return withSession(terminal, { verbose: false }, (session) =>
    command.kind === 'cache-stats' ? printStats(session, terminal, command.json) : clean(session, terminal, command),
  );
}

async function printStats(session: Session, terminal: Terminal, json: boolean): Promise<ExitCode> {
  const stats = readCacheStats(localCacheDirectory(session));
  await writeOut(terminal, json ? formatJson({ v: 1, ...stats }) : `${describeStats(stats)}\n`);
  return exitCodes.ok;
}

function describeStats(stats: ReturnType<typeof readCacheStats>): string {
  if (stats.entries === 0) return 'The local cache is empty.';
  const entries = stats.entries === 1 ? '1 entry' : `${stats.entries} entries`;
  return `The local cache has ${entries}, ${formatBytes(stats.sizeBytes)}.`;
}

async function clean(
  session: Session,
  terminal: Terminal,
  wishes: { readonly olderThan: string | null; readonly maxSize: string | null },
): Promise<ExitCode> {
  const olderThanMs = wishes.olderThan === null ? null : parseAge(wishes.olderThan);
  const maxSizeBytes = wishes.maxSize === null ? null : parseSize(wishes.maxSize);
  if (olderThanMs === undefined || maxSizeBytes === undefined) {
    const detail =
      olderThanMs === undefined
        ? 'An age is a number with m, h or d, such as 12h or 7d.'
        : 'A size is a number with KB, MB or GB, such as 500MB.';
    await reportProblems(terminal, [{ severity: 'error', code: 'usage', detail, near: [] }], session.rootAbsolute);
    return exitCodes.usage;
  }
  const { removed } = cleanCache(localCacheDirectory(session), {
    ...(olderThanMs === null ? {} : { olderThanMs }),
    ...(maxSizeBytes === null ? {} : { maxSizeBytes }),
  });
  await writeOut(terminal, `Removed ${removed.entries} entries, ${formatBytes(removed.sizeBytes)}.\n`);
  return exitCodes.ok;
}
