import ignore from 'ignore';

/**
 * What ignore rules say of a name alone, for the folders in which nothing else counts. Most rules have no slash: they
 * say the same of a name wherever it stands, and thousands of files share few names.
 */
export interface NameRules {
  /** Where rules with a slash count, too: folders with a trailing slash, `''` for the top of the chain. */
  readonly exceptIn: ReadonlySet<string>;
  /** `name` with a slash where it is a folder's. */
  readonly ignores: (name: string) => boolean;
}

/** Null where that cannot be told from the text: rules whose folders have wildcards may count anywhere. */
export function compileNameRules(text: string): NameRules | null {
  const exceptIn = new Set<string>();
  const anywhere: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const place = findPlace(line);
    if (place.kind === 'unclear') return null;
    if (place.kind === 'folder') exceptIn.add(place.folder);
    else anywhere.push(line);
  }
  return { exceptIn, ignores: compilePlainRules(anywhere) ?? compileAnyRules(anywhere) };
}

type Place =
  | { readonly kind: 'anywhere' }
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'unclear' };

/** Where a rule counts: gitignore(5) has it that one with a slash before its end counts in one place. */
function findPlace(line: string): Place {
  if (line.startsWith('#')) return { kind: 'anywhere' };
  const pattern = line.trimEnd().replace(/^!?(?:\/?\*\*\/)?/, '');
  const slash = pattern.lastIndexOf('/', pattern.length - 2);
  if (slash === -1) return { kind: 'anywhere' };
  const folder = pattern.slice(pattern.startsWith('/') ? 1 : 0, slash + 1);
  const isPlain = !/[*?[\]\\]|\/\//.test(folder) && !pattern.includes('**');
  return isPlain ? { kind: 'folder', folder } : { kind: 'unclear' };
}

/** Most files of rules only name files and folders, or what their names end with. Null where one rule says more. */
function compilePlainRules(lines: readonly string[]): NameRules['ignores'] | null {
  const names = new Set<string>();
  const endings = new Set<string>();
  for (const line of lines) {
    if (line.startsWith('#')) continue;
    const [, star, text] = /^(\*?)([\w.@+-]*\/?)$/.exec(line) ?? [];
    if (text === undefined || text === '/' || line === '*') return null;
    // A folder's name ends with a slash; a rule without one counts for both kinds.
    const both = text === '' ? [] : text.endsWith('/') ? [text] : [text, `${text}/`];
    for (const name of both) (star === '*' ? endings : names).add(name);
  }
  const ends = [...endings];
  return (name) => names.has(name) || ends.some((end) => name.endsWith(end));
}

function compileAnyRules(lines: readonly string[]): NameRules['ignores'] {
  const matcher = ignore({ ignorecase: false }).add([...lines]);
  const known = new Map<string, boolean>();
  return (name) => {
    let isIgnored = known.get(name);
    if (isIgnored === undefined) {
      isIgnored = matcher.ignores(name);
      known.set(name, isIgnored);
    }
    return isIgnored;
  };
}
