import { resolve } from 'node:path';
import type { Access } from '../identity/identity.ts';
import type { Scope } from '../identity/scope.ts';
import { createToken, listTokens, revokeToken } from '../identity/token-files.ts';
import type { TokenRecord } from '../identity/token-record.ts';
import { UsageError, type Terminal } from './terminal.ts';

export interface CreateArguments {
  readonly storage: string;
  readonly scope: Scope;
  readonly access: Access;
  readonly expires?: number;
}

/** Prints the token and nothing else: it stands nowhere afterwards. */
export async function createTokenCommand(given: CreateArguments, terminal: Terminal): Promise<void> {
  const now = terminal.epochMs();
  const { token } = await createToken(resolve(terminal.currentDirectory, given.storage), {
    scope: given.scope,
    access: given.access,
    createdAtEpochMs: now,
    expiresAtEpochMs: given.expires === undefined ? null : now + given.expires,
  });
  terminal.writeOut(`${token}\n`);
}

/** One line per token: id, scope, access, state, time of creation. */
export async function listTokensCommand(storage: string, terminal: Terminal): Promise<void> {
  const records = await listTokens(resolve(terminal.currentDirectory, storage));
  for (const record of records) {
    const { id, scope, access, createdAtEpochMs } = record;
    const state = describeState(record, terminal.epochMs());
    terminal.writeOut(`${id}  ${scope}  ${access}  ${state}  created ${formatTime(createdAtEpochMs)}\n`);
  }
}

export async function revokeTokenCommand(id: string, storage: string, terminal: Terminal): Promise<void> {
  const isKnown = await revokeToken(resolve(terminal.currentDirectory, storage), id, terminal.epochMs());
  if (!isKnown) throw new UsageError(`There is no token "${id}" in ${storage}; "token list" shows the ids.`);
}

function describeState(record: TokenRecord, nowEpochMs: number): string {
  const { revokedAtEpochMs, expiresAtEpochMs } = record;
  if (revokedAtEpochMs !== null) return `revoked ${formatTime(revokedAtEpochMs)}`;
  if (expiresAtEpochMs === null) return 'valid';
  return `${expiresAtEpochMs <= nowEpochMs ? 'expired' : 'valid until'} ${formatTime(expiresAtEpochMs)}`;
}

function formatTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
