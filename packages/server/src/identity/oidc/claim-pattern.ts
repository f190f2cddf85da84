/**
 * What a claim must look like: exact text, where `*` stands for any run of characters within one segment and `{name}`
 * for the same and keeps what it found, so that `refs/pull/{number}/merge` gives `number`.
 */
const token = /\*|\{([a-z][a-z0-9_]{0,31})\}/g;

/** Names that a pattern keeps. */
export function listCaptures(pattern: string): readonly string[] {
  return [...pattern.matchAll(token)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

/** What the pattern keeps of a text that fits, by name; null where it does not fit. */
export function matchClaim(pattern: string, text: string): ReadonlyMap<string, string> | null {
  const names = listCaptures(pattern);
  const found = toRegExp(pattern).exec(text);
  if (found === null) return null;
  return new Map(names.map((name, index) => [name, found[index + 1] ?? '']));
}

/** Segments end at `/`, `:` and white space, which no run reaches across. The result takes linear time per wildcard. */
function toRegExp(pattern: string): RegExp {
  let source = '';
  let end = 0;
  for (const found of pattern.matchAll(token)) {
    source += escape(pattern.slice(end, found.index)) + (found[1] === undefined ? '[^/:\\s]+' : '([A-Za-z0-9._-]+)');
    end = found.index + found[0].length;
  }
  return new RegExp(`^${source}${escape(pattern.slice(end))}$`);
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
