/** One project of the sample workspace. Its sources stand in `sources/<name>` and become its `src`. */
export interface SampleProject {
  readonly name: string;
  readonly folder: string;
  readonly kind: 'library' | 'application' | 'report';
  /** Names of projects of this workspace. */
  readonly dependencies: readonly string[];
}

/** An online shop: twelve libraries in five layers, two applications, and a report on their sizes. */
export const sampleProjects: readonly SampleProject[] = [
  library('text'),
  library('numbers'),
  library('dates'),
  library('result'),
  library('html', 'text'),
  library('currency', 'numbers', 'text'),
  library('catalog', 'text', 'currency'),
  library('search', 'catalog', 'text'),
  library('cart', 'catalog', 'numbers'),
  library('pricing', 'currency', 'numbers'),
  library('orders', 'cart', 'catalog', 'currency', 'dates', 'pricing', 'result'),
  library('invoices', 'catalog', 'currency', 'dates', 'orders', 'text'),
  application('shop', 'cart', 'currency', 'html', 'orders', 'search'),
  application('back-office', 'cart', 'catalog', 'html', 'invoices', 'orders'),
  { name: 'size-report', folder: 'reports/size-report', kind: 'report', dependencies: ['shop', 'back-office'] },
];

const targetsByKind = { library: ['build', 'test'], application: ['build'], report: ['report'] } as const;

/** The tasks of some projects, or of all, as `project:target`. */
export function listTasks(projects: readonly SampleProject[] = sampleProjects): readonly string[] {
  return projects.flatMap(({ name, kind }) => targetsByKind[kind].map((target) => `${packageName(name)}:${target}`));
}

/** A project and everything that depends on it, directly or not. */
export function findDependents(name: string): readonly SampleProject[] {
  return sampleProjects.filter((project) => project.name === name || dependsOn(project, name));
}

export function packageName(name: string): string {
  return `@acme/${name}`;
}

function dependsOn(project: SampleProject, name: string): boolean {
  if (project.dependencies.includes(name)) return true;
  return sampleProjects.some((other) => project.dependencies.includes(other.name) && dependsOn(other, name));
}

function library(name: string, ...dependencies: readonly string[]): SampleProject {
  return { name, folder: `packages/${name}`, kind: 'library', dependencies };
}

function application(name: string, ...dependencies: readonly string[]): SampleProject {
  return { name, folder: `apps/${name}`, kind: 'application', dependencies };
}
