import type { ProjectGraph, Tree } from '@nx/devkit';
import { createPaint, renderDiff } from '@larder/report';
import { loadNx } from '../../load-nx.ts';
import { compareTargets } from './compare-targets.ts';
import { confirm } from './confirm.ts';
import { readWishes, type AdoptOptions } from './read-wishes.ts';
import { rewriteProject } from './rewrite-project.ts';

/**
 * `nx g @larder/nx:adopt`: lets Larder run the cacheable targets of an Nx workspace, or gives them back (`--undo`). The
 * files are changed when their differences have been shown, and with `--dry-run` not at all.
 */
export default async function adoptGenerator(tree: Tree, options: AdoptOptions): Promise<(() => Promise<void>) | void> {
  const { createProjectGraphAsync, readNxJson } = loadNx(tree.root);
  const wishes = readWishes(options);
  const graph = await createProjectGraphAsync();
  const defaults = readNxJson(tree)?.targetDefaults;
  const files = new Map<string, { readonly before: string; after: string }>();
  const counts = { changed: 0, left: [] as string[], edited: [] as string[] };
  for (const { name, data } of Object.values(graph.nodes)) {
    if (!wishes.hasProject(name)) continue;
    const read = (file: string): string | null => files.get(file)?.after ?? tree.read(file, 'utf8');
    for (const { file, text, changed, left, edited } of rewriteProject({ name, data, defaults, read }, wishes)) {
      counts.changed += changed;
      counts.left.push(...left);
      counts.edited.push(...edited);
      const before = files.get(file)?.before ?? tree.read(file, 'utf8') ?? '';
      if (text !== before) files.set(file, { before, after: text });
    }
  }
  const paint = createPaint(process.stdout.isTTY && process.stdout.hasColors());
  for (const [file, texts] of files) process.stdout.write(`${renderDiff(file, texts, paint)}\n`);
  process.stdout.write(describe(counts, wishes.undo));
  if (files.size === 0 || !(await confirm(`Change ${files.size} files?`, options))) return undefined;
  for (const [file, { after }] of files) tree.write(file, after);
  return wishes.undo ? undefined : () => verify(tree.root, graph);
}

interface Counts {
  readonly changed: number;
  readonly left: readonly string[];
  readonly edited: readonly string[];
}

function describe({ changed, left, edited }: Counts, undo: boolean): string {
  const targets = changed === 1 ? '1 target' : `${changed} targets`;
  const said = undo ? `${targets} given back to Nx` : `${targets} handed to Larder`;
  const rest = left.map((each) => `left as it is: ${each}\n`);
  const kept = edited.map((each) => `edited since it was adopted, so that it stays written out: ${each}\n`);
  return `${said}\n${[...rest, ...kept].join('')}`;
}

/** Asks Nx what the targets are now: where one is not what it was, people have to know. */
async function verify(workspaceRootAbsolute: string, before: ProjectGraph): Promise<void> {
  const { createProjectGraphAsync } = loadNx(workspaceRootAbsolute);
  const after = await createProjectGraphAsync();
  const differences = compareTargets(before, after);
  if (differences.length === 0) return;
  process.stdout.write(
    `${differences.join('\n')}\nThese targets are not what they were. "nx g @larder/nx:adopt --undo" takes all back.\n`,
  );
}
