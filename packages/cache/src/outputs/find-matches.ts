import type { OutputTree, TreeKind } from './output-tree.ts';

/** Paths in a tree that match any of the globs, directories too. Dotfiles match; links are not followed. */
export type FindMatches = (tree: OutputTree, globs: readonly string[]) => readonly string[];

/** Loads fast-glob, which takes longer than most up-to-date checks: only where a task declares globs. */
export async function loadFindMatches(): Promise<FindMatches> {
  const { default: fastGlob } = await import('fast-glob');
  return (tree, globs) =>
    fastGlob.sync([...globs], {
      cwd: '/',
      fs: adaptTree(tree),
      dot: true,
      onlyFiles: false,
      followSymbolicLinks: false,
      ignore: ['.git', '.larder'],
    });
}

/** The tree as a file system whose root is the workspace. fast-glob uses no more of it than this. */
function adaptTree(tree: OutputTree): object {
  function lstatSync(absolute: string): object {
    const kind = tree.kindOf(toPath(absolute));
    if (kind === null) throw Object.assign(new Error(`not found: ${absolute}`), { code: 'ENOENT' });
    return describeKind(kind);
  }
  return {
    lstatSync,
    statSync: lstatSync,
    readdirSync: (absolute: string) =>
      tree.list(toPath(absolute)).map(({ name, kind }) => ({ name, ...describeKind(kind) })),
  };
}

function toPath(absolute: string): string {
  return absolute.replace(/^\/+/, '').replace(/\/+$/, '');
}

function describeKind(kind: TreeKind): object {
  return {
    isFile: () => kind === 'file',
    isDirectory: () => kind === 'directory',
    isSymbolicLink: () => kind === 'symlink',
    isBlockDevice: () => false,
    isCharacterDevice: () => false,
    isFIFO: () => kind === 'other',
    isSocket: () => false,
  };
}
