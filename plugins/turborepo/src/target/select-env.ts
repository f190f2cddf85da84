/**
 * The variables that patterns stand for: plain names whether set or not, `A_*` those that are set; `!A_B`
 * takes away, wherever it stands. A backslash makes `*` or a leading `!` a character of the name. Sorted.
 */
export function selectEnv(patterns: readonly string[], envNames: readonly string[]): readonly string[] {
  const selected = new Set<string>();
  for (const pattern of patterns.filter((each) => !each.startsWith('!'))) {
    const name = readPlainName(pattern);
    if (name !== null) selected.add(name);
    else for (const match of envNames.filter(compilePattern(pattern))) selected.add(match);
  }
  for (const pattern of patterns.filter((each) => each.startsWith('!'))) {
    const matches = compilePattern(pattern.slice(1));
    for (const name of selected) if (matches(name)) selected.delete(name);
  }
  return [...selected].sort();
}

const escapes = /\\([*!])/g;

function readPlainName(pattern: string): string | null {
  return pattern.replace(escapes, '').includes('*') ? null : pattern.replace(escapes, '$1');
}

function compilePattern(pattern: string): (name: string) => boolean {
  const source = pattern.replace(/\\[*!]|\*+|[^]/g, (part) => {
    if (part.startsWith('*')) return '.*';
    return (/^\\[*!]$/.test(part) ? part.slice(1) : part).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  const expression = new RegExp(`^${source}$`, 's');
  return (name) => expression.test(name);
}
