import * as v from 'valibot';

declare const brand: unique symbol;

/** Sixteen hex digits today; longer ones are taken, should turbo change its digest. */
export type TurborepoHash = string & { readonly [brand]: 'TurborepoHash' };

export type TurborepoPath =
  | { readonly kind: 'status' }
  | { readonly kind: 'batch' }
  | { readonly kind: 'events' }
  | { readonly kind: 'artifact'; readonly hash: TurborepoHash };

const base = '/v8/artifacts';
const syntax = /^[0-9a-fA-F]{16,64}$/;

/** What a path of Turborepo's remote cache (`/v8/artifacts…`) means; null where it is none of them. */
export function parseTurborepoPath(path: string): TurborepoPath | null {
  if (path === base || path === `${base}/`) return { kind: 'batch' };
  if (!path.startsWith(`${base}/`)) return null;
  const rest = path.slice(base.length + 1);
  if (rest === 'status' || rest === 'events') return { kind: rest };
  return syntax.test(rest) ? { kind: 'artifact', hash: rest as TurborepoHash } : null;
}

/** Headers that come with a PUT and go out unchanged with GET and HEAD. */
export const turborepoEchoHeaders = [
  'x-artifact-duration',
  'x-artifact-tag',
  'x-artifact-sha',
  'x-artifact-dirty-hash',
] as const;

export type TurborepoEchoHeader = (typeof turborepoEchoHeaders)[number];

/** turbo asks for a hundred at a time. */
const batchLimit = 1000;
const eventLimit = 10_000;
export const turborepoBodyLimitBytes = 1024 * 1024;

const batchHash = v.custom<TurborepoHash>((value) => typeof value === 'string' && syntax.test(value));
const batchRequest = v.object({ hashes: v.pipe(v.array(batchHash), v.maxLength(batchLimit)) });

/** `{"hashes": ["…", …]}`, or null. */
export function parseTurborepoBatch(body: unknown): readonly TurborepoHash[] | null {
  const parsed = v.safeParse(batchRequest, body);
  return parsed.success ? parsed.output.hashes : null;
}

export interface TurborepoEvent {
  readonly source: 'LOCAL' | 'REMOTE';
  readonly event: 'HIT' | 'MISS';
  readonly hash: string;
  /** Milliseconds that the hit saved. */
  readonly duration: number;
}

const event = v.object({
  source: v.picklist(['LOCAL', 'REMOTE']),
  event: v.picklist(['HIT', 'MISS']),
  hash: v.pipe(v.string(), v.maxLength(128)),
  duration: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0)), 0),
});
const events = v.pipe(v.array(event), v.maxLength(eventLimit));

/** What turbo reports after a run: one event per lookup. Null where it is anything else. */
export function parseTurborepoEvents(body: unknown): readonly TurborepoEvent[] | null {
  const parsed = v.safeParse(events, body);
  return parsed.success ? parsed.output : null;
}
