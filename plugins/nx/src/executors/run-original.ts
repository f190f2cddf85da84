import { isDeepStrictEqual } from 'node:util';
import type { ExecutorContext } from '@nx/devkit';
import { loadNx } from '../load-nx.ts';

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
  options: object,
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
  const targets = { ...project.targets, [targetName]: { ...target, executor } };
  const projects = { ...projectsConfigurations.projects, [projectName]: { ...project, targets } };
  const { runExecutor } = loadNx(context.root);
  const description = { project: projectName, target: targetName };
  const iterator = await runExecutor(
    configurationName === undefined ? description : { ...description, configuration: configurationName },
    findOverrides(options, target, configurationName),
    { ...context, projectsConfigurations: { ...projectsConfigurations, projects } },
  );
  yield* { [Symbol.asyncIterator]: () => iterator };
}

/** Nx hands over options and overrides in one; what are not the target's own came from the command line. */
function findOverrides(options: object, target: AdoptedTarget | undefined, configuration: string | undefined): object {
  const chosen = configuration === undefined ? {} : target?.configurations?.[configuration];
  const own = new Map(Object.entries({ ...target?.options, ...chosen }));
  return Object.fromEntries(
    Object.entries(options).filter(([name, value]) => !isDeepStrictEqual(own.get(name), value)),
  );
}
