import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { commitAll, git } from './git.ts';
import type { PlannedFile, WorkspacePlan } from './plan-workspace.ts';
import { describeVersions, toJson } from './write-manifests.ts';

/** Writes the sources and the given configuration, and commits them in two steps on `main`. */
export function writeWorkspace(root: string, plan: WorkspacePlan, configuration: readonly PlannedFile[]): void {
  git(root, 'init', '--quiet', '--initial-branch=main');
  // Git would tidy up in the background while something is measured.
  for (const name of ['gc.auto', 'maintenance.auto']) git(root, 'config', name, '0');
  for (const file of [...sharedFiles(plan), ...configuration]) writeFile(root, file);
  for (const half of [0, 1]) {
    for (const project of plan.projects.filter(({ layer }) => layer % 2 === half)) {
      for (const { path, text } of project.sources) writeFile(root, { path: `${project.folder}/${path}`, text });
    }
    commitAll(root, half === 0 ? 'Add the first projects' : 'Add the others');
  }
  git(root, 'repack', '-adq');
}

function writeFile(root: string, { path, text }: PlannedFile): void {
  const absolute = join(root, path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, text);
}

/** What every workspace has, whoever runs its tasks. */
function sharedFiles(plan: WorkspacePlan): readonly PlannedFile[] {
  return [
    { path: '.gitignore', text: ignored.map((name) => `${name}\n`).join('') },
    { path: 'build.sh', text: buildScript },
    { path: 'package-lock.json', text: writeLockfile(plan) },
  ];
}

const ignored = ['node_modules', 'dist', '.larder', '.turbo', '.nx', '.moon/cache', '.wireit', '.lage'];

/**
 * Every task: copies the sources of its project to `dist`, after a look at the outputs of its dependencies,
 * so that a runner with the wrong order fails.
 */
const buildScript = `set -eu
for dependency in "$@"; do
  if [ ! -d "../$dependency/dist" ]; then
    echo "$dependency is not built" >&2
    exit 1
  fi
done
rm -rf dist
cp -R src dist
`;

/** As npm writes it: the links between the projects. */
function writeLockfile(plan: WorkspacePlan): string {
  const entries = plan.projects.flatMap((project) => [
    [project.folder, { name: project.name, ...describeVersions(project) }],
    [`node_modules/${project.name}`, { resolved: project.folder, link: true }],
  ]);
  const packages = { '': { name: 'bench', workspaces: ['packages/*'] }, ...Object.fromEntries(entries) };
  return toJson({ name: 'bench', lockfileVersion: 3, requires: true, packages });
}
