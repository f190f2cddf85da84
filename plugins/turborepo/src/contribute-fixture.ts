import { asWorkspacePath, type GraphContext, type GraphContribution, type JsonObject } from '@larder/core';
import { turborepoContributor } from './turborepo-contributor.ts';

/** What the plugin says of a repository of these files; objects stand for their JSON. */
export async function contributeTo(
  files: Readonly<Record<string, string | object>>,
  env: Readonly<Record<string, string>> = {},
): Promise<GraphContribution> {
  const texts = new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === 'string' ? content : JSON.stringify(content),
    ]),
  );
  const paths = [...texts.keys()].sort().map(asWorkspacePath);
  const context = {
    files: { paths, has: (path: string) => texts.has(path), under: () => paths, factsOf: () => null },
    readText: (path: string) => texts.get(path) ?? null,
    env,
  };
  // The plugin reads files and names of variables; the rest of the context is nothing to it.
  return turborepoContributor.contribute(context as unknown as GraphContext);
}

/** Packages `a` in `packages/a` with one script for each target, under the root's turbo.json. */
export function repository(
  turbo: object,
  packages: Readonly<Record<string, { scripts?: string; turbo?: object; dependencies?: object }>>,
): Record<string, string | object> {
  const files: Record<string, string | object> = {
    'package.json': { name: 'root', workspaces: ['packages/*'], scripts: { lint: 'l', format: 'f' } },
    'turbo.json': turbo,
  };
  for (const [name, { scripts = 'build', turbo: own, dependencies = {} }] of Object.entries(packages)) {
    const lines = Object.fromEntries(scripts.split(' ').map((script) => [script, `run ${script}`]));
    files[`packages/${name}/package.json`] = { name, scripts: lines, dependencies };
    if (own !== undefined) files[`packages/${name}/turbo.json`] = own;
  }
  return files;
}

/** One target of one package. */
export async function targetOf(
  files: Readonly<Record<string, string | object>>,
  root: string,
  target: string,
  env: Readonly<Record<string, string>> = {},
): Promise<JsonObject | undefined> {
  const { projects, problems } = await contributeTo(files, env);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return projects.find((project) => project.root === root)?.targets[target];
}
