import { StoreError } from '@larder/core';
import { parseErrorBody, parseTokenGrant, tokenGrantLimitBytes, tokenUrl } from '@larder/protocol';
import type { IdentitySource } from './identity-source.ts';
import { readJson } from './read-json.ts';
import { rejectStatus } from './response.ts';
import type { GrantedToken } from './token-source.ts';
import type { Transport } from './transport.ts';

export interface ExchangeContext {
  readonly transport: Transport;
  /** Of the cache server. */
  readonly url: string;
  readonly source: IdentitySource;
}

const idTokenLimitBytes = 64 * 1024;

/** Trades the identity of the job for a token of the cache server. The scope is decided there. */
export async function exchangeIdentity(context: ExchangeContext, signal: AbortSignal): Promise<GrantedToken> {
  const { transport, url } = context;
  const idToken = await readIdToken(context, signal);
  const request = { method: 'POST', url: tokenUrl(url), headers: {}, body: null, token: idToken } as const;
  const response = await transport.send(request, signal);
  if (response.status !== 200) return rejectStatus(response, (body) => parseErrorBody(body)?.message ?? '');
  const grant = parseTokenGrant(await readJson(response, tokenGrantLimitBytes));
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
