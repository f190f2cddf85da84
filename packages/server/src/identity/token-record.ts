import * as v from 'valibot';
import type { Access } from './identity.ts';
import { parseBareScope, parseTenant, type Scope, type Tenant } from './scope.ts';
import { isTokenId } from './token.ts';

/** What the server keeps of a token; the token itself cannot be had from it. Times are milliseconds since the epoch. */
export interface TokenRecord {
  readonly id: string;
  readonly tenant: Tenant | null;
  /** Without the tenant. */
  readonly scope: Scope;
  readonly access: Access;
  readonly secretSha256: string;
  readonly createdAtEpochMs: number;
  readonly expiresAtEpochMs: number | null;
  readonly revokedAtEpochMs: number | null;
}

const time = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const schema = v.object({
  version: v.literal(1),
  id: v.pipe(v.string(), v.check(isTokenId)),
  // Records of the first version have none.
  tenant: v.optional(
    v.nullable(v.custom<Tenant>((value) => typeof value === 'string' && parseTenant(value) !== null)),
    null,
  ),
  scope: v.custom<Scope>((value) => typeof value === 'string' && parseBareScope(value) !== null),
  access: v.picklist(['read', 'write']),
  secretSha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  createdAtEpochMs: time,
  expiresAtEpochMs: v.nullable(time),
  revokedAtEpochMs: v.nullable(time),
});

export function formatTokenRecord(record: TokenRecord): string {
  return `${JSON.stringify({ version: 1, ...record }, null, 2)}\n`;
}

/** Null where the text is not a whole record: such a token is as good as unknown. */
export function parseTokenRecord(text: string): TokenRecord | null {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    if (!parsed.success) return null;
    const { version: _, ...record } = parsed.output;
    return record;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
