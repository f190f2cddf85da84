import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodeUnits } from '@larder/core';
import { ignoringCode } from '../storage/file-errors.ts';
import type { Access } from './identity.ts';
import type { Scope, Tenant } from './scope.ts';
import { digestSecret, formatToken, isTokenId, mintToken } from './token.ts';
import { formatTokenRecord, parseTokenRecord, type TokenRecord } from './token-record.ts';

/**
 * A file per token, `tokens/<id>.json`, readable by the server's user alone. Commands that create or revoke
 * different tokens at the same moment never touch the same file, and a running server finds a token by its id.
 */
export function tokenFile(storageDirectory: string, id: string): string {
  return join(storageDirectory, 'tokens', `${id}.json`);
}

export interface NewToken {
  readonly tenant: Tenant | null;
  readonly scope: Scope;
  readonly access: Access;
  readonly createdAtEpochMs: number;
  /** Null: never. */
  readonly expiresAtEpochMs: number | null;
}

/** Makes a token and keeps its digest. The result is the only place where the token ever stands. */
export async function createToken(
  storageDirectory: string,
  wanted: NewToken,
): Promise<{ readonly token: string; readonly record: TokenRecord }> {
  const parts = mintToken(randomBytes);
  const record: TokenRecord = {
    id: parts.id,
    tenant: wanted.tenant,
    scope: wanted.scope,
    access: wanted.access,
    secretSha256: digestSecret(parts.secret),
    createdAtEpochMs: wanted.createdAtEpochMs,
    expiresAtEpochMs: wanted.expiresAtEpochMs,
    revokedAtEpochMs: null,
  };
  await mkdir(join(storageDirectory, 'tokens'), { recursive: true, mode: 0o700 });
  await replaceRecord(storageDirectory, record);
  return { token: formatToken(parts), record };
}

/** Sorted by time of creation, then by id. Files that are not records are left out. */
export async function listTokens(storageDirectory: string): Promise<readonly TokenRecord[]> {
  const names = (await ignoringCode('ENOENT', readdir(join(storageDirectory, 'tokens')))) ?? [];
  const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  const records: TokenRecord[] = [];
  for (const id of ids) {
    const record = await readToken(storageDirectory, id);
    if (record !== null) records.push(record);
  }
  return records.sort((a, b) => a.createdAtEpochMs - b.createdAtEpochMs || compareCodeUnits(a.id, b.id));
}

/** Null where there is no such token. */
export async function readToken(storageDirectory: string, id: string): Promise<TokenRecord | null> {
  if (!isTokenId(id)) return null;
  const text = await ignoringCode('ENOENT', readFile(tokenFile(storageDirectory, id), 'utf8'));
  const record = text === null ? null : parseTokenRecord(text);
  return record?.id === id ? record : null;
}

/** Takes effect at the next request of a running server. False where there is no such token. */
export async function revokeToken(storageDirectory: string, id: string, atEpochMs: number): Promise<boolean> {
  const record = await readToken(storageDirectory, id);
  if (record === null) return false;
  if (record.revokedAtEpochMs === null)
    await replaceRecord(storageDirectory, { ...record, revokedAtEpochMs: atEpochMs });
  return true;
}

function revocationFile(storageDirectory: string, id: string): string {
  return join(storageDirectory, 'tokens', `${id}.revoked`);
}

/**
 * Makes a token worthless that was given in exchange for a CI system's. The server keeps no list of those, so every
 * id will do; the log tells them.
 */
export async function revokeExchangedToken(storageDirectory: string, id: string): Promise<boolean> {
  if (!isTokenId(id)) return false;
  await mkdir(join(storageDirectory, 'tokens'), { recursive: true, mode: 0o700 });
  await writeFile(revocationFile(storageDirectory, id), '', { mode: 0o600, flush: true });
  return true;
}

export async function isExchangedTokenRevoked(storageDirectory: string, id: string): Promise<boolean> {
  return (await ignoringCode('ENOENT', stat(revocationFile(storageDirectory, id)))) !== null;
}

/** By rename, so that a server that reads at this moment sees the old record or the new one. */
async function replaceRecord(storageDirectory: string, record: TokenRecord): Promise<void> {
  const file = tokenFile(storageDirectory, record.id);
  const partial = `${file}.${randomBytes(6).toString('hex')}.partial`;
  try {
    await writeFile(partial, formatTokenRecord(record), { flag: 'wx', mode: 0o600, flush: true });
    await rename(partial, file);
  } finally {
    await rm(partial, { force: true });
  }
}
