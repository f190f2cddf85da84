/**
 * Where a workspace path lies. It is in its normal form already, which `join` would look for character by character:
 * for every output, several times.
 */
export function placePath(rootAbsolute: string, path: string): string {
  return path === '' ? rootAbsolute : `${rootAbsolute}/${path}`;
}
