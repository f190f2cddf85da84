import {
  asWorkspacePath,
  isJsonObject,
  parseJsonc,
  type GraphContext,
  type GraphContribution,
  type GraphContributor,
  type JsonObject,
  type Problem,
  type ProjectContribution,
  type SourceLocation,
  type WorkspacePath,
} from '@larder/core';
import { toTarget, type TargetContext } from './to-target.ts';
import { turboConfigSchema, type TurboConfig, type TurboTask } from './turbo-config.ts';

export const turborepoContributor: GraphContributor = {
  applies: (context) => findConfigFile(context) !== null,
  dependsOnFiles: ['turbo.json', 'turbo.jsonc', '**/package.json'],
  contribute: async (context) => {
    const file = findConfigFile(context);
    if (file === null) return contribution([], []);
    const read = await readTurboConfig(context, file);
    if (read.kind === 'invalid') return contribution([], read.problems);
    return contribution(listProjects(context, read), []);
  },
};

function findConfigFile(context: GraphContext): WorkspacePath | null {
  const candidates = [asWorkspacePath('turbo.json'), asWorkspacePath('turbo.jsonc')];
  return candidates.find((path) => context.files.has(path)) ?? null;
}

type Locate = (path: readonly (string | number)[]) => SourceLocation | null;

type ReadTurboConfig =
  | { readonly kind: 'valid'; readonly config: TurboConfig; readonly locate: Locate }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

async function readTurboConfig(context: GraphContext, file: WorkspacePath): Promise<ReadTurboConfig> {
  const parsed = parseJsonc(context.readText(file) ?? '', file);
  if (parsed.problems.length > 0) return { kind: 'invalid', problems: parsed.problems };
  const { safeParse } = await import('valibot');
  const result = safeParse(turboConfigSchema, parsed.value);
  if (result.success) return { kind: 'valid', config: result.output, locate: parsed.locate };
  const problems = result.issues.map((issue): Problem => {
    const path = (issue.path ?? []).map((item) => item.key as string | number);
    const location = parsed.locate(path);
    const facts = {
      code: 'invalid-value',
      file,
      path: path.join('.'),
      found: issue.received,
      allowed: issue.expected ?? 'another value',
    } as const;
    return { severity: 'error', ...facts, ...(location === null ? {} : { location }) };
  });
  return { kind: 'invalid', problems };
}

/** One contribution a package, with a target for each of its scripts that turbo.json knows. */
function listProjects(
  context: GraphContext,
  { config, locate }: { readonly config: TurboConfig; readonly locate: Locate },
): readonly ProjectContribution[] {
  const targetContext: TargetContext = { config, envNames: Object.keys(context.env) };
  return context.files.paths
    .filter((path) => path.endsWith('/package.json'))
    .flatMap((path) => {
      const manifest = parseJsonc(context.readText(path) ?? '', path).value;
      const targets = listTargets(manifest, targetContext);
      return Object.keys(targets).length === 0 ? [] : [toProject(path, targets, locate)];
    });
}

function listTargets(manifest: unknown, context: TargetContext): Readonly<Record<string, JsonObject>> {
  if (!isJsonObject(manifest) || !isJsonObject(manifest['scripts'])) return {};
  const packageName = typeof manifest['name'] === 'string' ? manifest['name'] : '';
  const targets: Record<string, JsonObject> = {};
  for (const script of Object.keys(manifest['scripts'])) {
    const task = findTask(context.config, packageName, script);
    if (task !== null) targets[script] = toTarget(task, context);
  }
  return targets;
}

/** `package#task` is more specific than `task`. */
function findTask(config: TurboConfig, packageName: string, script: string): TurboTask | null {
  return config.tasks[`${packageName}#${script}`] ?? config.tasks[script] ?? null;
}

function toProject(
  manifest: WorkspacePath,
  targets: Readonly<Record<string, JsonObject>>,
  locate: Locate,
): ProjectContribution {
  return {
    root: asWorkspacePath(manifest.slice(0, -'/package.json'.length)),
    name: null,
    packageName: null,
    tags: [],
    implicitDependencies: [],
    manifestDependencies: [],
    namedInputs: {},
    targets,
    layer: 'explicit',
    metadata: {},
    locate: (path) => (path[0] === 'targets' ? locate(['tasks', ...path.slice(1)]) : null),
  };
}

function contribution(projects: readonly ProjectContribution[], problems: readonly Problem[]): GraphContribution {
  return { projects, edges: [], externals: null, problems };
}
