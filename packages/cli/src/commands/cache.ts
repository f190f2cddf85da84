import { cleanCache, readCacheStats } from '@larder/cache';
import { parseAge, parseSize } from '@larder/core';
import { formatBytes } from '@larder/report';
import type { Command } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { localCacheDirectory } from '../run/create-run-cache.ts';
import { formatJson, writeOut } from '../session/command-io.ts';
import type { Session } from '../session/open-session.ts';
import { refuseFile, refuseSource } from '../session/refuse-file.ts';
import { reportProblems } from '../session/report-problems.ts';
import { withSession } from '../session/with-session.ts';
import type { Terminal } from '../terminal.ts';

type CacheCommand = Extract<Command, { kind: `cache-${string}` }>;

/** The `cache` commands; those that only few need are loaded when they are called. */
export async function cacheCommand(command: CacheCommand, terminal: Terminal): Promise<ExitCode> {
  if (command.kind === 'cache-keygen') {
    return (await import('./cache-keygen.ts')).generateKeys(terminal, command.file);
  }
  return withSession(terminal, { verbose: false }, async (session) => {
    try {
      return await inSession(session, terminal, command);
    } catch (error) {
      const { code = '', path = '', syscall } = error as NodeJS.ErrnoException;
      if (!closedCodes.has(code) || !path.startsWith(localCacheDirectory(session))) throw error;
      return await (syscall === 'unlink' ? refuseFile : refuseSource)(terminal, path, error);
    }
  });
}

/** Another user made the folder, or it is none. */
const closedCodes: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR']);

async function inSession(
  session: Session,
  terminal: Terminal,
  command: Exclude<CacheCommand, { kind: 'cache-keygen' }>,
): Promise<ExitCode> {
  switch (command.kind) {
    case 'cache-stats':
      return printStats(session, terminal, command.json);
    case 'cache-clean':
      return clean(session, terminal, command);
    case 'cache-verify':
      return command.rerun === null
        ? (await import('./cache-transfer.ts')).verifyEntries(session, terminal)
        : (await import('./cache-rerun.ts')).verifyByRerun(session, terminal, command.rerun);
    case 'cache-warm':
      return (await import('./cache-warm.ts')).warm(session, terminal, command);
    case 'cache-export':
      return (await import('./cache-transfer.ts')).exportEntries(session, terminal, command.file);
    case 'cache-import':
      return (await import('./cache-transfer.ts')).importEntries(session, terminal, command.file);
  }
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
