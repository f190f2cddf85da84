import picomatch from 'picomatch';

export type Match = (path: string) => boolean;

/**
 * Compiles patterns as Nx reads them: `*` stays within one folder, `**` does not, braces and extended
 * globs work, dotfiles match, case counts on every platform. Each pattern is compiled once.
 */
export class GlobCompiler {
  readonly #compiled = new Map<string, Match>();

  compile(pattern: string): Match {
    let match = this.#compiled.get(pattern);
    if (match === undefined) {
      match = compilePattern(pattern);
      this.#compiled.set(pattern, match);
    }
    return match;
  }
}

function compilePattern(pattern: string): Match {
  if (pattern === '**' || pattern === '**/*') return () => true;
  const literal = readLiteral(pattern);
  if (literal !== null) return (path) => path === literal;
  return picomatch(pattern, { dot: true, nonegate: true, windows: false });
}

/** The path that a pattern without wildcards stands for, escapes taken away; null where there are wildcards. */
export function readLiteral(pattern: string): string | null {
  if (!/[\\*?[\]{}()]/.test(pattern)) return pattern;
  let literal = '';
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern.charAt(index);
    if (character === '\\') literal += pattern.charAt(++index);
    else if ('*?[]{}()'.includes(character)) return null;
    else literal += character;
  }
  return literal;
}

/** The longest leading folders of a pattern that are free of wildcards; the whole of it where all is. */
export function findBase(pattern: string): string {
  const base: string[] = [];
  for (const segment of pattern.split('/')) {
    const literal = readLiteral(segment);
    if (literal === null) break;
    base.push(literal);
  }
  return base.join('/');
}

/** Makes a name safe to stand in a pattern: it matches itself only. */
export function escapeGlob(name: string): string {
  return name.replace(/[\\*?[\]{}()!+@|]/g, '\\$&');
}
