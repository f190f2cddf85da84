import { StoreError } from '@larder/core';
import type * as Protocol from '@larder/protocol';
import { readJson } from './read-json.ts';
import { rejectStatus } from './response.ts';
import type { GrantedToken } from './token-source.ts';
import type { Transport } from './transport.ts';

/** Where the identity of a CI job comes from. */
export type IdentitySource =
  /** GitHub Actions: `ACTIONS_ID_TOKEN_REQUEST_URL` and `ACTIONS_ID_TOKEN_REQUEST_TOKEN`. */
  | { readonly kind: 'github'; readonly requestUrl: string; readonly requestToken: string; readonly audience: string }
  /** Made by the CI system beforehand: GitLab's `id_tokens`, in `LARDER_ID_TOKEN`. */
  | { readonly kind: 'given'; readonly idToken: string };

/** What the environment offers; null where it offers nothing. */
export function findIdentitySource(
  env: Readonly<Record<string, string | undefined>>,
  audience: string,
): IdentitySource | null {
  const idToken = env['LARDER_ID_TOKEN'] ?? '';
  if (idToken !== '') return { kind: 'given', idToken };
  const requestUrl = env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '';
  const requestToken = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '';
  if (!URL.canParse(requestUrl) || requestToken === '') return null;
  return { kind: 'github', requestUrl, requestToken, audience };
}

export interface ExchangeContext {
  readonly protocol: typeof Protocol;
  readonly transport: Transport;
  /** Of the cache server. */
  readonly url: string;
  readonly source: IdentitySource;
}

const idTokenLimitBytes = 64 * 1024;

/** Trades the identity of the job for a token of the cache server. The scope is decided there. */
export async function exchangeIdentity(context: ExchangeContext, signal: AbortSignal): Promise<GrantedToken> {
  const { protocol, transport, url } = context;
  const idToken = await readIdToken(context, signal);
  const request = { method: 'POST', url: protocol.tokenUrl(url), headers: {}, body: null, token: idToken } as const;
  const response = await transport.send(request, signal);
  if (response.status !== 200) return rejectStatus(response, (body) => protocol.parseErrorBody(body)?.message ?? '');
  const grant = protocol.parseTokenGrant(await readJson(response, protocol.tokenGrantLimitBytes));
  if (grant === null) throw new StoreError('remote-error', 'the server did not answer with a token');
  return grant;
}

/** GitHub answers `{"value": "<token>"}` at the given URL with the audience as a parameter. */
async function readIdToken({ source, transport }: ExchangeContext, signal: AbortSignal): Promise<string> {
  if (source.kind === 'given') return source.idToken;
  const url = new URL(source.requestUrl);
  url.searchParams.set('audience', source.audience);
  const request = { method: 'GET', url: url.href, headers: {}, body: null, token: source.requestToken } as const;
  const response = await transport.send(request, signal);
  if (response.status !== 200) return rejectStatus(response, () => 'no identity was given to this job');
  const body = await readJson(response, idTokenLimitBytes);
  const value = typeof body === 'object' && body !== null && 'value' in body ? body.value : null;
  if (typeof value === 'string' && /^[\x21-\x7e]{1,60000}$/.test(value)) return value;
  throw new StoreError('remote-error', 'the CI system did not answer with an identity');
}
