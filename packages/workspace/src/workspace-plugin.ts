import { asWorkspacePath, definePlugin, lockfileNames } from '@larder/core';
import type { GraphContext, GraphContribution, JsonObject, OptionsResult, Plugin, Problem } from '@larder/core';

import { readExternals } from './lockfile/read-externals.ts';
import { findProjectRoots } from './manifest/find-project-roots.ts';
import { readManifest } from './manifest/manifest-file.ts';
import { readManifestDependencies, readProject } from './manifest/read-project.ts';

/**
 * The built-in reader: projects and targets from `package.json` (npm, yarn and bun workspaces),
 * `pnpm-workspace.yaml` and `project.json`, and the external packages from the lockfile.
 */
export const workspacePlugin: Plugin = definePlugin({
  name: '@larder/workspace',
  parseOptions: rejectOptions,
  create: () => ({
    graph: {
      applies: () => true,
      dependsOnFiles: [
        '**/package.json',
        '**/project.json',
        'pnpm-workspace.yaml',
        // Where there is one, projects may be anywhere.
        'nx.json',
        ...lockfileNames,
        // A patch changes what an installed package is, without changing the lockfile.
        '**/*.patch',
      ],
      followsFromText: true,
      contribute,
    },
  }),
});

async function contribute(context: GraphContext): Promise<GraphContribution> {
  const problems: Problem[] = [];
  const rootManifest = readManifest(context, asWorkspacePath('package.json'), problems);
  const roots = await findProjectRoots(context, rootManifest, problems);
  const projects = roots.map((root) => readProject(context, root, problems));
  if (context.onlyProjects === true) {
    return { projects, edges: [], externals: null, problems: withoutDuplicates(problems) };
  }
  const importers = new Map(projects.map(({ root, manifestDependencies }) => [root, manifestDependencies]));
  // Projects without a manifest of their own use what the root asks for.
  if (rootManifest !== null) importers.set(asWorkspacePath(''), readManifestDependencies(rootManifest));
  const externals = await readExternals(context, { importers, rootManifest });
  return {
    projects,
    edges: [],
    externals: externals.externals,
    problems: withoutDuplicates([...problems, ...externals.problems]),
  };
}

/** The root's manifest is read twice when the root is a project. */
function withoutDuplicates(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function rejectOptions(options: JsonObject): OptionsResult<null> {
  const issues = Object.keys(options).map((path) => ({ path, found: path, allowed: 'no options' }));
  return issues.length === 0 ? { kind: 'valid', options: null } : { kind: 'invalid', issues };
}
