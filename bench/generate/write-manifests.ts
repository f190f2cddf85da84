import type { PlannedFile, PlannedProject, WorkspacePlan } from './plan-workspace.ts';

/** Keys of a project's package.json beside its name and dependencies: how a runner is told about the task. */
export type DescribeTask = (project: PlannedProject) => Readonly<Record<string, unknown>>;

/** The package.json files of an npm workspace; `rootKeys` go into that of the root. */
export function writeManifests(
  plan: WorkspacePlan,
  describeTask: DescribeTask,
  rootKeys: Readonly<Record<string, unknown>> = {},
): readonly PlannedFile[] {
  const root = { name: 'bench', private: true, packageManager: 'npm@11.0.0', workspaces: ['packages/*'], ...rootKeys };
  return [
    { path: 'package.json', text: toJson(root) },
    ...plan.projects.map((project) => ({
      path: `${project.folder}/package.json`,
      text: toJson({ name: project.name, ...describeVersions(project), ...describeTask(project) }),
    })),
  ];
}

export function describeVersions({ dependencies }: PlannedProject): object {
  return { version: '1.0.0', dependencies: Object.fromEntries(dependencies.map((name) => [name, '1.0.0'])) };
}

/** The command of the task `build`, the same for every runner, from the folder of the project. */
export function buildCommand({ dependencies }: PlannedProject): string {
  return ['sh', '../../build.sh', ...dependencies].join(' ');
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
