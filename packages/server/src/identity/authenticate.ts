import { stat } from 'node:fs/promises';
import { ignoringCode } from '../storage/file-errors.ts';
import type { Identification, Identify, Identity, RefusalReason } from './identity.ts';
import { mainScope } from './scope.ts';
import { parseToken, secretMatches } from './token.ts';
import { readToken, tokenFile } from './token-files.ts';
import type { TokenRecord } from './token-record.ts';

/** How callers are told apart. `none` trusts everyone who can connect, with the rights of `main`. */
export type AuthMode =
  | { readonly kind: 'none' }
  /** `anonymousRead`: who brings no credentials at all may read `main`. */
  | { readonly kind: 'tokens'; readonly anonymousRead: boolean };

export interface AuthenticateOptions {
  readonly mode: AuthMode;
  readonly storageDirectory: string;
  readonly epochMs: () => number;
}

const everyone: Identity = { id: 'no-auth', scope: mainScope, access: 'write' };
const anonymous: Identity = { id: 'anonymous', scope: mainScope, access: 'read' };
const bearer = /^bearer +([^\s]+) *$/i;

/**
 * Identifies callers by bearer tokens. Tokens that are made or revoked while the server runs count from the
 * next request on: each request asks the file system whether the token's record has changed.
 */
export function createIdentify(options: AuthenticateOptions): Identify {
  const { mode } = options;
  if (mode.kind === 'none') return async () => ({ kind: 'identified', identity: everyone });
  const readRecord = createRecordReader(options.storageDirectory);
  return async (authorization) => {
    if (authorization === undefined) {
      return mode.anonymousRead ? { kind: 'identified', identity: anonymous } : refuse('no-credentials');
    }
    const token = parseToken(bearer.exec(authorization)?.[1] ?? '');
    if (token === null) return refuse('malformed-credentials');
    const record = await readRecord(token.id);
    if (record === null || !secretMatches(token.secret, record.secretSha256)) return refuse('unknown-token');
    return judgeRecord(record, options.epochMs());
  };
}

function judgeRecord(record: TokenRecord, nowEpochMs: number): Identification {
  if (record.revokedAtEpochMs !== null) return refuse('revoked', record.id);
  if (record.expiresAtEpochMs !== null && record.expiresAtEpochMs <= nowEpochMs) return refuse('expired', record.id);
  return { kind: 'identified', identity: { id: record.id, scope: record.scope, access: record.access } };
}

function refuse(reason: RefusalReason, id: string | null = null): Identification {
  return { kind: 'refused', reason, id };
}

const recordsKept = 1000;

/** Reads a record again only when its file is another one than last time. */
function createRecordReader(storageDirectory: string): (id: string) => Promise<TokenRecord | null> {
  const kept = new Map<string, { readonly stamp: string; readonly record: TokenRecord | null }>();
  return async (id) => {
    const stats = await ignoringCode('ENOENT', stat(tokenFile(storageDirectory, id), { bigint: true }));
    if (stats === null) return null;
    const stamp = `${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`;
    const before = kept.get(id);
    if (before?.stamp === stamp) return before.record;
    const record = await readToken(storageDirectory, id);
    if (kept.size >= recordsKept) kept.clear();
    kept.set(id, { stamp, record });
    return record;
  };
}
