import { asWorkspacePath, type WorkspacePath } from '../ids.ts';
import type { Task } from '../task-graph/task-graph.ts';

/** At the workspace's root: each makes a folder one, and can change any project and target. */
export const workspaceConfigurationFiles: readonly string[] = ['nx.json', 'larder.json', 'turbo.json', 'turbo.jsonc'];

/** In the order in which they count where a repository has several and names no package manager. */
export const lockfileNames = [
  'bun.lock',
  'bun.lockb',
  'yarn.lock',
  'pnpm-lock.yaml',
  'package-lock.json',
  'npm-shrinkwrap.json',
] as const;

const lockfiles: ReadonlySet<string> = new Set(lockfileNames);
const configurationNames = new Set(['package.json', 'project.json', 'turbo.json', 'turbo.jsonc']);
const rootConfigurationNames = new Set(['nx.json', 'larder.json', 'pnpm-workspace.yaml', '.yarnrc.yml', '.nxignore']);

/** Whether the file can say which projects and targets there are, and what they are. */
export function isConfigurationFile(path: WorkspacePath): boolean {
  return configurationNames.has(path.slice(path.lastIndexOf('/') + 1)) || rootConfigurationNames.has(path);
}

/** Whether tasks may have been defined otherwise, or have used other packages, before this file changed. */
export function canRedefine(path: WorkspacePath): boolean {
  return isConfigurationFile(path) || isLockfile(path) || path.endsWith('.patch');
}

export function isLockfile(path: WorkspacePath): boolean {
  return lockfiles.has(path);
}

/**
 * The files in the project's own folder that say what the task is. A package.json does so only where
 * the target comes from it, or where nothing is known about where it comes from.
 */
export function listConfigurationFiles(task: Task): readonly WorkspacePath[] {
  const inRoot = (name: string): WorkspacePath =>
    asWorkspacePath(task.projectRoot === '' ? name : `${task.projectRoot}/${name}`);
  const manifest = inRoot('package.json');
  const source = task.definition.location?.file ?? manifest;
  return [inRoot('project.json'), inRoot('turbo.json'), inRoot('turbo.jsonc'), source];
}
