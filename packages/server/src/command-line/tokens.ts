import { resolve } from 'node:path';
import type { Access } from '../identity/identity.ts';
import { scopeOfTenant, type Scope, type Tenant } from '../identity/scope.ts';
import { createToken, listTokens, revokeExchangedToken, revokeToken } from '../identity/token-files.ts';
import { readLastUse } from '../identity/token-uses.ts';
import type { TokenRecord } from '../identity/token-record.ts';
import { UsageError, type Terminal } from './terminal.ts';

export interface CreateArguments {
  readonly storage: string;
  readonly scope: Scope;
  readonly tenant?: Tenant;
  readonly access: Access;
  readonly expires?: number;
}

/** Prints the token and nothing else: it stands nowhere afterwards. */
export async function createTokenCommand(given: CreateArguments, terminal: Terminal): Promise<void> {
  const now = terminal.epochMs();
  const { token } = await createToken(resolve(terminal.currentDirectory, given.storage), {
    scope: given.scope,
    tenant: given.tenant ?? null,
    access: given.access,
    createdAtEpochMs: now,
    expiresAtEpochMs: given.expires === undefined ? null : now + given.expires,
  });
  terminal.writeOut(`${token}\n`);
}

/** One line per token: id, scope, access, state, last use, time of creation. */
export async function listTokensCommand(storage: string, terminal: Terminal): Promise<void> {
  const directory = resolve(terminal.currentDirectory, storage);
  const records = await listTokens(directory);
  for (const record of records) {
    const { id, tenant, access, createdAtEpochMs } = record;
    const scope = scopeOfTenant(tenant, record.scope);
    const usedAtEpochMs = await readLastUse(directory, id);
    const use = usedAtEpochMs === null ? 'never used' : `used ${formatTime(usedAtEpochMs)}`;
    const state = describeState(record, terminal.epochMs());
    terminal.writeOut(`${id}  ${scope}  ${access}  ${state}  ${use}  created ${formatTime(createdAtEpochMs)}\n`);
  }
}

export interface RevokeArguments {
  readonly storage: string;
  readonly exchanged?: true;
}

export async function revokeTokenCommand(id: string, given: RevokeArguments, terminal: Terminal): Promise<void> {
  const { storage, exchanged } = given;
  const directory = resolve(terminal.currentDirectory, storage);
  const isKnown = exchanged
    ? await revokeExchangedToken(directory, id)
    : await revokeToken(directory, id, terminal.epochMs());
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
