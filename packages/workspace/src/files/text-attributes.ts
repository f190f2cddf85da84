import picomatch from 'picomatch';

/** `auto`: text where the bytes look like text. */
export type LineEndings = 'as-is' | 'text' | 'auto';

/** A `.gitattributes` of the tree. */
export interface AttributesFile {
  /** Relative to the top of the repository: `''`, or with a trailing slash. */
  readonly folder: string;
  readonly text: string;
}

/**
 * How git treats the ends of lines in a file, by the `.gitattributes` of the tree alone: a machine's configuration
 * (`core.autocrlf`, `core.attributesFile`, `.git/info/attributes`) must not change a hash. Later lines win, deeper
 * files win, `binary` stands for `-text`, and `eol=…` makes a file text: gitattributes(5). Macros that a repository
 * defines itself are not followed. The path is relative to the top of the repository. Null where nothing is text.
 */
export function compileTextAttributes(files: readonly AttributesFile[]): ((path: string) => LineEndings) | null {
  const shallowFirst = files.toSorted((a, b) => a.folder.length - b.folder.length);
  const rules = shallowFirst.flatMap(({ folder, text }) => parseRules(text).map((rule) => compileRule(folder, rule)));
  if (!rules.some((rule) => rule.lineEndings !== 'as-is')) return null;
  const strongestFirst = rules.toReversed();
  return (path) => strongestFirst.find((rule) => rule.matches(path))?.lineEndings ?? 'as-is';
}

interface Rule {
  readonly pattern: string;
  readonly lineEndings: LineEndings;
}

function parseRules(text: string): readonly Rule[] {
  return text.split(/\r?\n/).flatMap((line): Rule[] => {
    const [pattern, ...attributes] = line.trim().match(/^"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
    if (pattern === undefined || /^[#!]|^\[attr\]/.test(pattern)) return [];
    const lineEndings = readLineEndings(attributes);
    return lineEndings === null ? [] : [{ pattern: unquote(pattern), lineEndings }];
  });
}

/** Null where the line says nothing about the ends of lines. */
function readLineEndings(attributes: readonly string[]): LineEndings | null {
  let found: LineEndings | null = null;
  for (const attribute of attributes) {
    if (attribute === 'text' || (attribute.startsWith('eol=') && found === null)) found = 'text';
    else if (attribute === 'text=auto') found = 'auto';
    else if (attribute === '-text' || attribute === '!text' || attribute === 'binary') found = 'as-is';
  }
  return found;
}

function unquote(pattern: string): string {
  return pattern.startsWith('"') ? pattern.slice(1, -1).replace(/\\(.)/g, '$1') : pattern;
}

function compileRule(folder: string, { pattern, lineEndings }: Rule): Rule & { matches: (path: string) => boolean } {
  const options = { dot: true, nobrace: true, noextglob: true, nonegate: true };
  const isAnchored = pattern.includes('/');
  // Without a slash the name alone counts, in any folder below.
  const matchesRest = picomatch(isAnchored ? pattern.replace(/^\//, '') : pattern, options);
  const restOf = (path: string): string =>
    isAnchored ? path.slice(folder.length) : path.slice(path.lastIndexOf('/') + 1);
  return { pattern, lineEndings, matches: (path) => path.startsWith(folder) && matchesRest(restOf(path)) };
}
