/** What a caller presents to say who it is: a bearer token, or the password of basic authentication. */
const bearer = /^bearer +([^\s]+) *$/i;
const basic = /^basic +([A-Za-z0-9+/=_-]{1,12000}) *$/i;

/**
 * The token of an `authorization` header; null where there is none. Bazel and Gradle take their credentials from the
 * URL or from a user name and a password, so there the token is the password, or the user name where that stands
 * alone.
 */
export function parseCredentials(authorization: string): string | null {
  const token = bearer.exec(authorization)?.[1];
  if (token !== undefined) return token;
  const encoded = basic.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const password = colon === -1 ? '' : pair.slice(colon + 1);
  return password === '' ? pair.slice(0, colon === -1 ? undefined : colon) : password;
}
