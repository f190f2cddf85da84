/** `; did you mean 'web'?`, with at most three names; `''` where there is none. */
export function didYouMean(near: readonly string[]): string {
  const names = near.slice(0, 3).map((name) => `'${name}'`);
  const last = names.pop();
  if (last === undefined) return '';
  return `; did you mean ${names.length === 0 ? last : `${names.join(', ')} or ${last}`}?`;
}
