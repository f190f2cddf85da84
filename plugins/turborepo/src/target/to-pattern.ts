/** The package that a pattern of turbo.json is written for. */
export interface PatternPlace {
  /** `''` for the root package. */
  readonly root: string;
}

/**
 * A glob of turbo.json in Larder's words: relative to the package, or to the repository behind
 * `$TURBO_ROOT$/`. A negated one comes back as two where it names a folder, which takes its contents with it.
 */
export function toPatterns(glob: string, place: PatternPlace): readonly string[] {
  if (!glob.startsWith('!')) return [toPattern(glob, place)];
  const pattern = toPattern(glob.slice(1), place).replace(/\/+$/, '');
  return /[*?[{]/.test(pattern.slice(pattern.lastIndexOf('/'))) ? [`!${pattern}`] : [`!${pattern}`, `!${pattern}/**`];
}

const rootMarker = '$TURBO_ROOT$';

function toPattern(glob: string, { root }: PatternPlace): string {
  if (!glob.startsWith(rootMarker)) return inPackage(glob.replace(/^(?:\.\/)+/, ''), root);
  const fromRoot = glob.slice(rootMarker.length).replace(/^\/+/, '');
  // Patterns take away from those of the same owner only: files of the package are the package's.
  const isOwn = root !== '' && fromRoot.startsWith(`${root}/`);
  return isOwn ? inPackage(fromRoot.slice(root.length + 1), root) : `{workspaceRoot}/${fromRoot}`;
}

/** The root package's patterns reach into all packages, which own their files. */
function inPackage(glob: string, root: string): string {
  return root === '' ? `{workspaceRoot}/${glob}` : `{projectRoot}/${glob}`;
}

/** Without tokens, relative to the workspace; null where it climbs out. Keeps `!`. */
export function resolvePattern(pattern: string, { root }: PatternPlace): string | null {
  const negated = pattern.startsWith('!');
  const plain = (negated ? pattern.slice(1) : pattern).replace('{projectRoot}', root).replace('{workspaceRoot}', '');
  const segments: string[] = [];
  for (const segment of plain.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return null;
  }
  return `${negated ? '!' : ''}${segments.join('/')}`;
}
