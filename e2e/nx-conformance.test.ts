import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asNxMajor } from './support/as-nx-major.ts';
import { startNx, type Nx } from './support/ask-nx.ts';
import { commitAll, git, writeFiles } from './support/make-workspace.ts';
import { nxFeatures } from './support/nx-features.ts';
import { edits, type Difference, type Edit, type EditCase } from './support/nx-edits.ts';
import { nodeModulesWithNx, readNxMajor } from './support/nx-under-test.ts';
import { larder } from './support/run-larder.ts';

// The same workspace, read by the real nx, by Larder with that nx installed, and by Larder alone. The
// edits are applied on top of each other, so that each costs one question to each of the three.

const major = readNxMajor();

const targets = [
  'build',
  'test-unit',
  'test-int',
  'test-copy',
  'generate',
  'stories',
  'bundle',
  'serve',
  'e2e',
  'deploy',
  'docs',
  'pages',
  'assets',
  'report',
  'check',
  'plain',
  'group',
  'format',
];

/** Inferred by a plugin of Nx: Larder alone cannot know it. */
const inferred = '@acme/lint:check';
/** Takes outputs as inputs: without a run it has no hash yet. */
const deferred = 'web:bundle';
/** `web:e2e` waits for it with `inputs: false`, where Nx knows that. */
const notHashed = major >= 24 ? ['web:serve'] : [];

let installed = '';
let alone = '';
let nx: Nx;

beforeAll(async () => {
  installed = makeRoot('nx');
  alone = makeRoot('alone');
  symlinkSync(nodeModulesWithNx, join(installed, 'node_modules'));
  nx = await startNx(installed);
});

afterAll(() => {
  nx.stop();
  for (const root of [installed, alone]) rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

function makeRoot(name: string): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), `larder-${name}-`)));
  writeFiles(root, asNxMajor(nxFeatures(), major));
  git(root, 'init', '-q', '-b', 'main');
  commitAll(root, 'first');
  return root;
}

interface PlannedTask {
  readonly id: string;
  readonly hash: string | null;
  readonly dependsOn: readonly string[];
}

function targetsIn(root: string): readonly string[] {
  return root === alone ? targets.filter((target) => target !== 'check') : targets;
}

async function planOf(root: string, env: EditCase['env'] = {}): Promise<readonly PlannedTask[]> {
  const run = await larder(root, ['run-many', '-t', ...targetsIn(root), '--dry-run=json'], { env });
  if (run.exitCode !== 0) throw new Error(run.stderr);
  return (JSON.parse(run.stdout) as { tasks: readonly PlannedTask[] }).tasks;
}

describe('before any edit', () => {
  test('the project graph is the same', async () => {
    const ofNx = await nx.project();
    const run = await larder(installed, ['graph', '--file', 'graph.json.log']);
    expect(run.stderr).toBe('');
    const names = Object.keys(ofNx.nodes).sort();
    for (const name of names) {
      const shown = await larder(installed, ['show', 'project', name, '--json']);
      const project = JSON.parse(shown.stdout) as {
        root: string;
        tags: string[];
        dependsOn: string[];
        targets: object;
      };
      const { data } = ofNx.nodes[name]!;
      const edges = (ofNx.dependencies[name] ?? []).map((edge) => edge.target);
      expect({ name, ...project, targets: Object.keys(project.targets).sort() }).toMatchObject({
        name,
        root: data.root === '.' ? '' : data.root,
        tags: [...(data.tags ?? [])],
        dependsOn: [...new Set(edges)].filter((target) => target in ofNx.nodes).sort(),
        targets: Object.keys(data.targets ?? {}).sort(),
      });
    }
  });

  test.each([
    { name: 'without a configuration', configuration: undefined, args: [] },
    { name: 'with a configuration', configuration: 'production', args: [] },
    { name: 'with another configuration', configuration: 'prod', args: [] },
    { name: 'with an option on the command line', configuration: undefined, args: ['--outputPath=given'] },
  ])('tasks, edges and outputs are the same $name', async ({ configuration, args }) => {
    const overrides = {
      ...Object.fromEntries(args.map((arg) => arg.slice(2).split('='))),
      __overrides_unparsed__: args,
    };
    const ofNx = await nx.tasks({
      targets,
      args: overrides,
      ...(configuration === undefined ? {} : { configuration }),
    });
    const expected = ofNx.map(({ id, dependsOn, outputs }) => ({ id, dependsOn, outputs }));
    const asked = configuration === undefined ? [] : ['-c', configuration];
    for (const root of [installed, alone]) {
      const run = await larder(root, [
        'run-many',
        '-t',
        ...targetsIn(root),
        ...asked,
        '--graph',
        'tasks.log.json',
        '--',
        ...args,
      ]);
      expect(run.stderr).toBe('');
      const file = join(root, 'tasks.log.json');
      const { tasks } = JSON.parse(readFileSync(file, 'utf8')) as { tasks: (PlannedTask & { outputs: string[] })[] };
      rmSync(file);
      const found = tasks.map(({ id, dependsOn, outputs }) => ({ id, dependsOn: [...dependsOn].sort(), outputs }));
      const wanted = root === alone ? expected.filter(({ id }) => id !== inferred) : expected;
      expect(found.sort(byId)).toEqual(wanted.sort(byId));
    }
  });
});

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

type Hashes = ReadonlyMap<string, string | null>;

describe('an edit changes the hashes of the same tasks', () => {
  const before: Record<'nx' | 'installed' | 'alone', Hashes> = {
    nx: new Map(),
    installed: new Map(),
    alone: new Map(),
  };

  beforeAll(async () => {
    before.nx = new Map((await nx.tasks({ targets })).map((task) => [task.id, task.hash]));
    before.installed = hashesOf(await planOf(installed));
    before.alone = hashesOf(await planOf(alone));
  });

  test.each(edits.filter(({ since = 0 }) => since <= major))(
    '$name',
    async ({ files = {}, env = {}, affected, ...edit }) => {
      for (const root of [installed, alone]) applyEdit(root, files);
      const [ofNx, withNx, without, affectedInNx, affectedHere] = await Promise.all([
        nx.tasks({ targets, env }),
        planOf(installed, env),
        planOf(alone, env),
        nx.affected(targets, Object.keys(files)),
        affectedBy(Object.keys(files)),
      ]);
      const now = {
        nx: new Map(ofNx.map((task) => [task.id, task.hash])),
        installed: hashesOf(withNx),
        alone: hashesOf(without),
      };
      const earlier = { ...before };
      Object.assign(before, now);
      const changed = (who: keyof typeof now): readonly string[] => findChanged(earlier[who], now[who]);
      const edges = new Map(withNx.map((task) => [task.id, task.dependsOn]));
      const found = changed('installed');
      expect(changed('alone')).toEqual(found.filter((id) => id !== inferred));
      const ofNxChanged = changed('nx');
      expectSame(found, closeOver(ofNxChanged, edges), (edit.hashesSince ?? 0) <= major ? edit.hashes : undefined);
      if (major >= 24) return expectSame(affectedHere, closeOver(affectedInNx, edges), affected);
      // Until major 23 Nx knows affected projects only: their tasks, and those that hash otherwise, are all that may be.
      const possible = closeOver(
        [...edges.keys()].filter((id) => isIn(affectedInNx, id) || ofNxChanged.includes(id)),
        edges,
      );
      if (affected === 'coarser' || edit.countsWholeJson === true) return;
      expect(affectedHere.filter((id) => !possible.includes(id))).toEqual([]);
    },
  );

  /** A difference that is listed has to be one, so that the list cannot outlive its reason. */
  function expectSame(found: readonly string[], ofNx: readonly string[], difference: Difference | undefined): void {
    const more = found.filter((id) => !ofNx.includes(id));
    const less = ofNx.filter((id) => !found.includes(id));
    expect({
      more: more.length > 0 ? difference === 'coarser' || more : false,
      less: less.length > 0 ? difference === 'finer' || less : false,
    }).toEqual({
      more: difference === 'coarser',
      less: difference === 'finer',
    });
  }

  async function affectedBy(paths: readonly string[]): Promise<readonly string[]> {
    if (paths.length === 0) return [];
    const run = await larder(installed, ['affected', '-t', ...targets, '--files', ...paths, '--explain']);
    if (run.exitCode !== 0) throw new Error(run.stderr);
    return run.stdout.split('\n').filter((line) => /^\S+:\S+$/.test(line) && line !== deferred);
  }
});

function isIn(projects: readonly string[], task: string): boolean {
  return projects.some((project) => task.startsWith(`${project}:`));
}

function hashesOf(tasks: readonly PlannedTask[]): Hashes {
  return new Map(tasks.map(({ id, hash }) => [id, hash]));
}

function findChanged(before: Hashes, after: Hashes): readonly string[] {
  return [...after.keys()].filter((id) => id !== deferred && before.get(id) !== after.get(id)).sort();
}

/** Larder counts the hashes of dependencies: whatever depends on a changed task is changed. */
function closeOver(changed: readonly string[], edges: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const closed = new Set(changed.filter((id) => id !== deferred));
  for (let grown = true; grown;) {
    grown = false;
    for (const [id, dependencies] of edges) {
      const counted = dependencies.filter((dependency) => !(id === 'web:e2e' && notHashed.includes(dependency)));
      if (closed.has(id) || id === deferred || !counted.some((dependency) => closed.has(dependency))) continue;
      closed.add(id);
      grown = true;
    }
  }
  return [...closed].sort();
}

/** Nx until major 22 tells versions of a file apart by whole seconds: those of the edits lie further apart. */
let editedAt = Math.floor(Date.now() / 1000) - 3600;

function applyEdit(root: string, files: Edit): void {
  for (const [path, change] of Object.entries(files)) {
    const absolute = join(root, path);
    if (change === null) rmSync(absolute);
    else if (typeof change === 'function') {
      const value = JSON.parse(readFileSync(absolute, 'utf8')) as object;
      change(value);
      writeFiles(root, { [path]: value });
    } else writeFiles(root, { [path]: change });
    editedAt += 2;
    if (change !== null) utimesSync(absolute, editedAt, editedAt);
  }
}
