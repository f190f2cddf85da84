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
