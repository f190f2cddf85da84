const noHeaderAdvice = 'Check the token: a line break or another character is in it that no header may hold.';

/** By the code of an error of a connection, of Node or of undici: what there is to do. */
const advices: readonly (readonly [code: RegExp, advice: string])[] = [
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, 'Use the name that stands in the certificate, or have it issued for this one.'],
  [/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/, 'Have the certificate of the server renewed, and check the clock here.'],
  [/CERT|^UNABLE_TO_VERIFY/, 'Name a file with the certificate of its authority in "remote.caFile".'],
  [/^(?:EPROTO$|ERR_SSL_)/, 'Check whether the address begins with http:// there, and its port.'],
  [/^(?:ENOTFOUND|EAI_AGAIN)$/, 'Check the name in the address, and the network.'],
  [/^(?:ERR_INVALID_CHAR|UND_ERR_INVALID_ARG)$/, noHeaderAdvice],
];

/** A sentence. */
export function adviseOnFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [, advice] = advices.find(([pattern]) => pattern.test(code)) ?? [];
  return advice ?? 'Check the address, the network, proxies and certificates.';
}
