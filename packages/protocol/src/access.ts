import * as v from 'valibot';

/** What a token is good for at the server that was asked. */
export interface GrantedAccess {
  /** Of this protocol: 1 so far. */
  readonly version: number;
  /** For messages only: the server holds what counts. */
  readonly scope: string;
  readonly access: 'read' | 'write';
}

/** No answer needs more. */
export const accessLimitBytes = 4 * 1024;

const access = v.object({
  version: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  scope: v.pipe(v.string(), v.maxLength(512)),
  access: v.picklist(['read', 'write']),
});

export function formatAccess({ scope, access: granted }: Omit<GrantedAccess, 'version'>): string {
  return JSON.stringify({ version: 1, scope, access: granted });
}

/** Null where the body is anything else. */
export function parseAccess(body: unknown): GrantedAccess | null {
  const parsed = v.safeParse(access, body);
  return parsed.success ? parsed.output : null;
}
