import { isDeepStrictEqual } from 'node:util';
import type { ExecutorContext } from '@nx/devkit';
import { loadNx } from '../load-nx.ts';

interface Options {
  /** The words after `--`. */
  readonly __unparsed__?: readonly string[];
}

interface AdoptedTarget {
  readonly options?: object;
  readonly configurations?: Readonly<Record<string, object>>;
  readonly metadata?: { readonly larder?: { readonly executor?: unknown } };
}

/**
 * The executor `@larder/nx:run` where Nx runs a task by itself (`--batch=false`, `"parallelism": false`): runs what the
 * target ran before it was adopted, in this process, as Nx would.
 */
export default async function* runOriginal(
  options: Options,
  context: ExecutorContext,
): AsyncGenerator<{ readonly success: boolean }> {
  const { projectName = '', targetName = '', configurationName, projectsConfigurations } = context;
  const project = projectsConfigurations.projects[projectName];
  const target = project?.targets?.[targetName] as AdoptedTarget | undefined;
  const executor = target?.metadata?.larder?.executor;
  if (project === undefined || typeof executor !== 'string') {
    throw new Error(
      `${projectName}:${targetName} does not say in "metadata.larder.executor" what it runs. ` +
        '"nx g @larder/nx:adopt" writes that.',
    );
  }
  const description = { project: projectName, target: targetName };
  const call = describeCall({ ...target, executor }, options, configurationName);
  const targets = { ...project.targets, [targetName]: call.target };
  const projects = { ...projectsConfigurations.projects, [projectName]: { ...project, targets } };
  const { runExecutor } = loadNx(context.root);
  const iterator = await runExecutor(
    configurationName === undefined ? description : { ...description, configuration: configurationName },
    call.overrides,
    { ...context, projectsConfigurations: { ...projectsConfigurations, projects } },
  );
  yield* { [Symbol.asyncIterator]: () => iterator };
}

/** They give the words of the command line to a command. */
const handingOn: ReadonlySet<string> = new Set(['nx:run-commands', 'nx:run-script']);

interface Call {
  readonly target: AdoptedTarget & { readonly executor: string };
  readonly overrides: object;
}

/**
 * Nx writes the words of the command line anew for an executor that is called by another, from the options that it made of
 * them. Those that hand them on get them as they were, and what they mean as options of the target.
 */
function describeCall(target: Call['target'], options: Options, configuration: string | undefined): Call {
  const { __unparsed__: words = [], ...given } = options;
  const chosen = configuration === undefined ? {} : target.configurations?.[configuration];
  const own = { ...target.options, ...chosen };
  const overrides = findOverrides(given, own);
  if (!handingOn.has(target.executor)) return { target, overrides };
  const { _, ...named } = overrides;
  const configurations = configuration === undefined ? target.configurations : { [configuration]: {} };
  return {
    target: { ...target, options: { ...own, ...named }, ...(configurations !== undefined && { configurations }) },
    overrides: { _: words },
  };
}

/** Nx hands over options and overrides in one; what are not the target's own came from the command line. */
function findOverrides(options: object, ownOptions: object): { readonly _?: unknown } {
  const own = new Map(Object.entries(ownOptions));
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => !isDeepStrictEqual(own.get(name), value)),
  );
}
