import { exportCache, importCache, verifyCache, type DamagedEntry } from '@larder/cache';
import { formatBytes } from '@larder/report';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { localCacheDirectory, openSessionStore } from '../run/create-run-cache.ts';
import { readTrust } from '../run/open-remote-cache.ts';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { writeError, writeOut } from '../session/command-io.ts';
import { refuseFile, refuseSource } from '../session/refuse-file.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';

/** `cache verify`: exits with 1 where an entry was damaged, although that heals by itself. */
export async function verifyEntries(session: Session, terminal: Terminal): Promise<ExitCode> {
  const { entries, sizeBytes, damaged } = await verifyCache(localCacheDirectory(session), terminal.signal);
  await tellRefused(terminal, damaged);
  const removed = damaged.length === 0 ? 'all are right' : `${countEntries(damaged.length)} removed as damaged`;
  await writeOut(terminal, `Verified ${countEntries(entries)}, ${formatBytes(sizeBytes)}: ${removed}.\n`);
  return damaged.length === 0 ? exitCodes.ok : exitCodes.taskFailed;
}

export async function exportEntries(session: Session, terminal: Terminal, file: string): Promise<ExitCode> {
  const fileAbsolute = resolve(terminal.workingDirectory, file);
  try {
    const { entries, sizeBytes } = await exportCache(localCacheDirectory(session), fileAbsolute, terminal.signal);
    await writeOut(terminal, `Exported ${countEntries(entries)}, ${formatBytes(sizeBytes)}, to ${file}.\n`);
    return exitCodes.ok;
  } catch (error) {
    // What is wrong with the cache is told by whoever knows its folder.
    if ((error as NodeJS.ErrnoException).path?.startsWith(fileAbsolute) !== true) throw error;
    return refuseFile(terminal, file, error);
  }
}

/** Where keys are pinned, they count here too. */
export async function importEntries(session: Session, terminal: Terminal, file: string): Promise<ExitCode> {
  try {
    await access(resolve(terminal.workingDirectory, file), constants.R_OK);
  } catch (error) {
    return refuseSource(terminal, file, error);
  }
  const local = openSessionStore(session);
  const trust = readTrust(session.config.remote);
  const options = { trust, signal: terminal.signal };
  const imported = await importCache(local, resolve(terminal.workingDirectory, file), options);
  await local.close();
  const { stored, existing, refused, brokenOff } = imported;
  await tellRefused(terminal, refused);
  if (brokenOff !== null) await writeError(terminal, `larder: ${file} was not read to its end: ${brokenOff}\n`);
  const rest = refused.length === 0 ? '' : `, ${refused.length} refused`;
  await writeOut(terminal, `Imported ${countEntries(stored)}, ${existing} there already${rest}.\n`);
  return refused.length === 0 && brokenOff === null ? exitCodes.ok : exitCodes.taskFailed;
}

const namedEntries = 20;

export async function tellRefused(terminal: Terminal, refused: readonly DamagedEntry[]): Promise<void> {
  for (const { hash, reason } of refused.slice(0, namedEntries)) {
    await writeError(terminal, `larder: ${hash} was refused: ${reason}\n`);
  }
  if (refused.length > namedEntries)
    await writeError(terminal, `larder: … and ${refused.length - namedEntries} more\n`);
}

export function countEntries(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}
