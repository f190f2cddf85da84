import {
  asWorkspacePath,
  type GraphContext,
  type GraphContribution,
  type GraphContributor,
  type Problem,
} from '@larder/core';
import { checkDependsOn } from './config/check-depends-on.ts';
import { readGlobalSettings } from './config/global-settings.ts';
import { readTurboFile, type TurboFile } from './config/read-turbo-file.ts';
import { checkPackageFile, checkRootFile, type TurboFiles } from './config/resolve-tasks.ts';
import { findTurboFile, listPackages, type TurboPackage } from './list-packages.ts';
import { toProjects } from './to-projects.ts';

const root = asWorkspacePath('');

export const turborepoContributor: GraphContributor = {
  applies: (context) => findTurboFile(context, root) !== null,
  dependsOnFiles: ['**/turbo.json', '**/turbo.jsonc', '**/package.json', 'pnpm-workspace.yaml'],
  followsFromText: true,
  // `globalEnv`, `env` and frameworks name variables with wildcards.
  followsFromEnvNames: true,
  contribute: async (context) => {
    const path = findTurboFile(context, root);
    if (path === null) return contribution({});
    const { file, problems } = await readTurboFile(context, path, 'root');
    return file === null ? contribution({ problems }) : contribute(context, file, problems);
  },
};

async function contribute(
  context: GraphContext,
  file: TurboFile,
  rootProblems: readonly Problem[],
): Promise<GraphContribution> {
  const packages = listPackages(context);
  const read = await readPackageFiles(context, packages);
  const files: TurboFiles = { root: file, packages: read.files };
  const problems = [...rootProblems, ...checkRootFile(file), ...read.problems, ...checkDependsOn(files, packages)];
  const global = readGlobalSettings(file.raw);
  return contribution({
    projects: toProjects(packages, files, { global, context }),
    problems,
    ...(global.concurrency === null ? {} : { parallel: global.concurrency }),
  });
}

async function readPackageFiles(context: GraphContext, packages: readonly TurboPackage[]) {
  const names = new Set(packages.map(({ name }) => name));
  const files = new Map<string, TurboFile>();
  const problems: Problem[] = [];
  for (const { root: folder, turboFile, name } of packages) {
    if (turboFile === null || folder === '' || name === null) continue;
    const read = await readTurboFile(context, turboFile, 'package');
    problems.push(...read.problems);
    if (read.file === null) continue;
    problems.push(...checkPackageFile(read.file, (base) => names.has(base)));
    files.set(name, read.file);
  }
  return { files, problems };
}

function contribution(parts: Partial<GraphContribution>): GraphContribution {
  return { projects: [], edges: [], externals: null, problems: [], ...parts };
}
