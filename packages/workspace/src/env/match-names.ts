/**
 * Whether a variable's name is one of those listed, where `*` stands for any characters and `!name` takes names away,
 * wherever it stands. Windows does not tell upper from lower case.
 */
export function compileNameMatcher(patterns: readonly string[], isCaseSensitive: boolean): (name: string) => boolean {
  const given = patterns.filter((pattern) => !pattern.startsWith('!'));
  const taken = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const isGiven = compileAny(given, isCaseSensitive);
  const isTaken = compileAny(taken, isCaseSensitive);
  return (name) => isGiven(name) && !isTaken(name);
}

function compileAny(patterns: readonly string[], isCaseSensitive: boolean): (name: string) => boolean {
  const fold = isCaseSensitive ? (name: string) => name : (name: string) => name.toUpperCase();
  const literals = new Set(patterns.filter((pattern) => !pattern.includes('*')).map(fold));
  const wildcards = patterns.filter((pattern) => pattern.includes('*')).map((pattern) => toRegExp(fold(pattern)));
  return (name) => {
    const folded = fold(name);
    return literals.has(folded) || wildcards.some((wildcard) => wildcard.test(folded));
  };
}

function toRegExp(pattern: string): RegExp {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
