import { randomUUID } from 'node:crypto';
import { lstatSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isJsonObject } from '@larder/core';

/** How to reach a daemon. */
export interface DaemonRecord {
  readonly v: 1;
  readonly pid: number;
  /** On 127.0.0.1. */
  readonly port: number;
  /** A secret of this user. */
  readonly token: string;
  readonly version: string;
  readonly rootAbsolute: string;
}

/** Published by rename; nobody but the user can read it. */
export function writeDaemonRecord(file: string, record: DaemonRecord): void {
  const partial = `${file}.${randomUUID()}.partial`;
  writeFileSync(partial, JSON.stringify(record), { mode: 0o600, flag: 'wx' });
  renameSync(partial, file);
}

/** Null where there is none, it is not this user's alone, or it does not belong to this root. */
export function readDaemonRecord(file: string, rootAbsolute: string): DaemonRecord | null {
  try {
    const facts = lstatSync(file);
    if (!facts.isFile() || !isPrivate(facts)) return null;
    const record = parseDaemonRecord(JSON.parse(readFileSync(file, 'utf8')));
    return record?.rootAbsolute === rootAbsolute ? record : null;
  } catch {
    // Missing, unreadable or half written by something else: there is no daemon to be found here.
    return null;
  }
}

function isPrivate({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean {
  const user = process.getuid?.();
  return user === undefined || (uid === user && (mode & 0o077) === 0);
}

function parseDaemonRecord(value: unknown): DaemonRecord | null {
  if (!isJsonObject(value) || value['v'] !== 1) return null;
  const { pid, port, token, version, rootAbsolute } = value;
  if (!isCount(pid) || !isCount(port) || port > 65_535) return null;
  if (typeof token !== 'string' || !/^[0-9a-f]{64}$/.test(token)) return null;
  if (typeof version !== 'string' || typeof rootAbsolute !== 'string') return null;
  return { v: 1, pid, port, token, version, rootAbsolute };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
