import { makeWorkspace, type FileTree } from './make-workspace.ts';

/** A package of a generated repository. */
export interface TurboPackageTree {
  readonly folder?: string;
  /** Separated by spaces; each prints its name and copies what it read to `dist`. */
  readonly scripts?: string;
  readonly deps?: readonly string[];
  readonly externals?: Readonly<Record<string, string>>;
  readonly turbo?: object;
  readonly files?: FileTree;
}

/** A repository that both tools can run as it is: npm workspaces, a lockfile, one commit on main. */
export function makeTurboRepository(
  turbo: object,
  packages: Readonly<Record<string, TurboPackageTree>>,
  files: FileTree = {},
): string {
  const trees = Object.entries(packages).map(([name, tree]) => packageTree(name, tree));
  return makeWorkspace({
    '.gitignore': 'node_modules\ndist\nsite\ngenerated\n.turbo\n.larder\n*.log\n.env*\n',
    'package.json': {
      name: 'acme',
      private: true,
      packageManager: 'npm@11.0.0',
      workspaces: ['packages/*', 'apps/*'],
      scripts: { format: 'echo format' },
    },
    'turbo.json': turbo,
    'package-lock.json': lockfile(packages),
    ...Object.assign({}, ...trees),
    ...files,
  });
}

function packageTree(name: string, tree: TurboPackageTree): FileTree {
  const { scripts = 'build', deps = [], externals = {}, turbo, files = {} } = tree;
  const folder = folderOf(name, tree);
  const lines = scripts.split(' ').filter((script) => script !== '');
  return {
    [`${folder}/package.json`]: {
      name,
      version: '1.0.0',
      scripts: Object.fromEntries(lines.map((script) => [script, `echo ${name} ${script}`])),
      dependencies: { ...Object.fromEntries(deps.map((dependency) => [dependency, '*'])), ...externals },
    },
    [`${folder}/src/a.txt`]: `${name} a\n`,
    [`${folder}/src/b.txt`]: `${name} b\n`,
    [`${folder}/README.md`]: `# ${name}\n`,
    ...(turbo === undefined ? {} : { [`${folder}/turbo.json`]: turbo }),
    ...Object.fromEntries(Object.entries(files).map(([path, content]) => [`${folder}/${path}`, content])),
  };
}

function folderOf(name: string, { folder }: TurboPackageTree): string {
  return folder ?? `packages/${name}`;
}

/** As npm writes it, with one external package for each name that a package asks for. */
function lockfile(packages: Readonly<Record<string, TurboPackageTree>>): object {
  const entries: Record<string, object> = { '': { name: 'acme', workspaces: ['packages/*', 'apps/*'] } };
  for (const [name, tree] of Object.entries(packages)) {
    const { deps = [], externals = {} } = tree;
    const folder = folderOf(name, tree);
    const dependencies = { ...Object.fromEntries(deps.map((dependency) => [dependency, '*'])), ...externals };
    entries[folder] = { name, version: '1.0.0', dependencies };
    entries[`node_modules/${name}`] = { resolved: folder, link: true };
    for (const [external, version] of Object.entries(externals)) {
      entries[`node_modules/${external}`] = { version, integrity: `sha512-${external}-${version}` };
    }
  }
  return { name: 'acme', lockfileVersion: 3, requires: true, packages: entries };
}
