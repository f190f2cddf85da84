import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { commitAll, initRepository } from './git.ts';
import { packageName, sampleProjects, type SampleProject } from './sample-projects.ts';

const sources = join(import.meta.dirname, 'sources');

/** Development tools that the tasks call; they come from the repository that holds this demo. */
const borrowedTools = ['esbuild', 'typescript', 'vitest'];
const borrowedCommands = ['esbuild', 'tsc', 'vitest'];

export interface WorkspaceOptions {
  /** The repository of Larder, whose node_modules are lent. */
  readonly repositoryRoot: string;
  readonly remoteUrl: string;
}

/** Writes the sample workspace, linked as `npm install` would, with three commits on `main`. */
export function makeWorkspace(root: string, { repositoryRoot, remoteUrl }: WorkspaceOptions): void {
  const modules = join(repositoryRoot, 'node_modules');
  initRepository(root);
  writeRoot(root, modules, remoteUrl);
  linkModules(root, modules);
  for (const kind of ['library', 'application', 'report'] as const) {
    for (const project of sampleProjects.filter((each) => each.kind === kind)) writeProject(root, project);
    commitAll(root, `Add each ${kind}`);
  }
}

function writeRoot(root: string, modules: string, remoteUrl: string): void {
  const devDependencies = Object.fromEntries(borrowedTools.map((name) => [name, readVersion(modules, name)]));
  const manifest = { name: 'acme', private: true, type: 'module', workspaces: ['packages/*', 'apps/*', 'reports/*'] };
  writeFileSync(join(root, '.gitignore'), 'node_modules\ndist\n.larder\n');
  writeJson(join(root, 'package.json'), { ...manifest, devDependencies });
  writeJson(join(root, 'package-lock.json'), describeLockfile({ ...manifest, devDependencies }, devDependencies));
  writeJson(join(root, 'tsconfig.base.json'), { compilerOptions });
  writeJson(join(root, 'nx.json'), { ...nxConfiguration, larder: { remote: { url: remoteUrl } } });
}

const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  strict: true,
  declaration: true,
  skipLibCheck: true,
  types: [],
};

const nxConfiguration = {
  defaultBase: 'main',
  namedInputs: {
    default: ['{projectRoot}/**/*', '{workspaceRoot}/tsconfig.base.json'],
    production: ['default', '!{projectRoot}/**/*.test.ts'],
  },
  targetDefaults: {
    build: {
      dependsOn: ['^build'],
      inputs: ['production', '^production'],
      outputs: ['{projectRoot}/dist'],
      cache: true,
    },
    test: { dependsOn: ['^build'], inputs: ['default', '^production'], cache: true },
  },
};

/** The lockfile that npm would write, for what Larder reads of it: versions, and links between the projects. */
function describeLockfile(manifest: object, tools: Readonly<Record<string, string>>): object {
  const links = sampleProjects.map(({ name, folder }) => [
    `node_modules/${packageName(name)}`,
    { resolved: folder, link: true },
  ]);
  const projects = sampleProjects.map((project) => [project.folder, describeManifest(project)]);
  const packages = Object.entries(tools).map(([name, version]) => [`node_modules/${name}`, { version, dev: true }]);
  return {
    name: 'acme',
    lockfileVersion: 3,
    requires: true,
    packages: { '': manifest, ...Object.fromEntries([...projects, ...links, ...packages]) },
  };
}

function writeProject(root: string, project: SampleProject): void {
  const folder = join(root, project.folder);
  const target = project.kind === 'report' ? folder : join(folder, 'src');
  mkdirSync(folder, { recursive: true });
  cpSync(join(sources, project.name), target, { recursive: true });
  writeJson(join(folder, 'package.json'), describeManifest(project));
  if (project.kind !== 'report') writeJson(join(folder, 'tsconfig.json'), describeTsconfig(folder, root));
}

function describeManifest({ name, kind, dependencies }: SampleProject): object {
  const linked = Object.fromEntries(dependencies.map((dependency) => [packageName(dependency), '1.0.0']));
  const common = { name: packageName(name), version: '1.0.0', private: true, type: 'module', dependencies: linked };
  switch (kind) {
    case 'library':
      return { ...common, exports: './dist/index.js', scripts: { build: 'tsc -p tsconfig.json', test: 'vitest run' } };
    case 'application':
      return { ...common, scripts: { build: `tsc -p tsconfig.json --noEmit && ${bundleCommand}` } };
    case 'report':
      return { ...common, scripts: { report: 'node report.mjs' }, nx: { targets: { report: reportTarget } } };
  }
}

const bundleCommand = 'esbuild src/main.ts --bundle --minify --platform=node --format=esm --outfile=dist/main.js';

/** Its input is what the builds of the applications wrote, so its hash waits for them. */
const reportTarget = {
  dependsOn: ['^build'],
  inputs: ['default', { dependentTasksOutputFiles: '**/dist/main.js' }],
  outputs: ['{projectRoot}/dist'],
  cache: true,
};

function describeTsconfig(folder: string, root: string): object {
  return {
    extends: `${relative(folder, root).replaceAll('\\', '/')}/tsconfig.base.json`,
    compilerOptions: { rootDir: 'src', outDir: 'dist' },
    include: ['src'],
    exclude: ['src/**/*.test.ts'],
  };
}

function linkModules(root: string, modules: string): void {
  for (const name of borrowedTools) link(join(modules, name), join(root, 'node_modules', name));
  for (const name of borrowedCommands) link(join(modules, '.bin', name), join(root, 'node_modules', '.bin', name));
  for (const { name, folder } of sampleProjects)
    link(join(root, folder), join(root, 'node_modules', packageName(name)));
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
}

function readVersion(modules: string, name: string): string {
  const manifest: { version: string } = JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8'));
  return manifest.version;
}

function writeJson(file: string, content: object): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}
