import {
  asWorkspacePath,
  type GraphContext,
  type JsonObject,
  type ProjectContribution,
  type SourceLocation,
} from '@larder/core';
import type { GlobalSettings } from './config/global-settings.ts';
import { resolveTasks, rootPackage, type PackageTasks, type TurboFiles } from './config/resolve-tasks.ts';
import type { TurboPackage } from './list-packages.ts';
import type { TargetContext } from './target/to-inputs.ts';
import { toTarget, toTransitTarget } from './target/to-target.ts';

export interface ProjectsContext {
  readonly global: GlobalSettings;
  readonly context: GraphContext;
}

/**
 * What turbo.json says of each package. It refines the projects that the package manager's workspaces make;
 * only the root becomes one by it, as `//`, where it has tasks of its own.
 */
export function toProjects(
  packages: readonly TurboPackage[],
  files: TurboFiles,
  { global, context }: ProjectsContext,
): readonly ProjectContribution[] {
  const isSingle = isSinglePackage(packages, context);
  const envNames = Object.keys(context.env);
  return packages.flatMap((one) => {
    const isRootOfMany = one.root === '' && !isSingle;
    const resolved = resolveTasks(isRootOfMany ? rootPackage : (one.name ?? ''), files);
    const { root, dependencies } = one;
    const targets = listTargets(one, resolved, { root, global, envNames, dependencies });
    if (isRootOfMany && Object.keys(targets).length === 0) return [];
    return [toProject(one, { targets, resolved, files, isRootOfMany })];
  });
}

/** A repository that is one package: plain task names are about it. */
function isSinglePackage(packages: readonly TurboPackage[], context: GraphContext): boolean {
  const root = packages.find((one) => one.root === '');
  return root?.hasWorkspaces !== true && !context.files.has(asWorkspacePath('pnpm-workspace.yaml'));
}

function listTargets(
  { scripts }: TurboPackage,
  { tasks, excluded }: PackageTasks,
  context: TargetContext,
): Readonly<Record<string, JsonObject>> {
  const targets = new Map<string, JsonObject>();
  for (const [name, task] of tasks) {
    if (scripts.has(name)) targets.set(name, toTarget(task, context));
    else if ((task.dependsOn ?? []).length > 0) targets.set(name, toTransitTarget(task, context));
  }
  for (const name of excluded) if (scripts.has(name)) targets.set(name, { disabled: true });
  return Object.fromEntries(targets);
}

interface ProjectParts {
  readonly targets: Readonly<Record<string, JsonObject>>;
  readonly resolved: PackageTasks;
  readonly files: TurboFiles;
  readonly isRootOfMany: boolean;
}

function toProject(one: TurboPackage, { targets, resolved, files, isRootOfMany }: ProjectParts): ProjectContribution {
  const own = one.root === '' ? files.root : files.packages.get(one.name ?? '');
  const locate = ([section, name, ...rest]: readonly (string | number)[]): SourceLocation | null => {
    const task = section === 'targets' ? resolved.tasks.get(String(name)) : undefined;
    return task?.definedIn.json.locate(['tasks', task.key, ...rest]) ?? null;
  };
  return {
    root: one.root,
    name: isRootOfMany ? rootPackage : null,
    packageName: null,
    tags: own?.raw.tags ?? [],
    implicitDependencies: [],
    manifestDependencies: [],
    namedInputs: {},
    targets: isRootOfMany ? addScripts(targets, one.scripts) : targets,
    layer: 'explicit',
    refinesOnly: !isRootOfMany,
    metadata: {},
    locate,
  };
}

/** Nobody else makes a project of the root, so what runs has to be said here. */
function addScripts(
  targets: Readonly<Record<string, JsonObject>>,
  scripts: TurboPackage['scripts'],
): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(
    Object.entries(targets).map(([name, target]) => {
      const line = scripts.get(name);
      if (line === undefined) return [name, target];
      const metadata = { ...describeScript(name, line, scripts), ...(target['metadata'] as JsonObject) };
      return [name, { executor: 'nx:run-script', options: { script: name }, ...target, metadata }];
    }),
  );
}

/** npm runs `prelint` and `postlint` around `lint`. */
function describeScript(name: string, line: string, scripts: TurboPackage['scripts']): JsonObject {
  const pre = scripts.get(`pre${name}`);
  const post = scripts.get(`post${name}`);
  return {
    scriptContent: line,
    ...(pre === undefined ? {} : { preScriptContent: pre }),
    ...(post === undefined ? {} : { postScriptContent: post }),
  };
}
