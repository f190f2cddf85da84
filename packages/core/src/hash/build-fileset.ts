import type { Project } from '../project-graph/project.ts';
import { asWorkspacePath, type WorkspacePath } from '../ids.ts';
import { expandPattern, type ExpandedPattern } from './expand-pattern.ts';
import { createFindOwner, findRootsWithNested, type FindOwner } from './find-owner.ts';
import { escapeGlob, findBase, GlobCompiler, readLiteral, type Match } from './glob.ts';
import type { Fileset } from './inputs.ts';
import { sortUnique } from './sort-unique.ts';

/** Whose patterns they are, and what else does not count. */
export interface FilesetPlace {
  readonly project: Project;
  /** Patterns of the task's own outputs, relative to the workspace; empty where a fileset is not for one task. */
  readonly outputs: readonly string[];
  readonly source: Fileset['source'];
}

interface OwnerOfFiles {
  /** Null: the workspace. */
  readonly project: Project | null;
  readonly outputs: readonly string[];
  readonly source: Fileset['source'];
}

/** Builds filesets for the projects of one workspace and gives the same object for the same patterns. */
export class FilesetBuilder {
  readonly #globs = new GlobCompiler();
  readonly #known = new Map<string, Fileset>();
  readonly #holdsTracked: (path: WorkspacePath) => boolean;
  readonly #findOwner: FindOwner;
  readonly #rootsWithNested: ReadonlySet<WorkspacePath>;

  constructor(projects: Iterable<Project>, holdsTracked: (path: WorkspacePath) => boolean) {
    this.#holdsTracked = holdsTracked;
    const roots = new Set([...projects].map((project) => project.root));
    this.#findOwner = createFindOwner(roots);
    this.#rootsWithNested = findRootsWithNested(roots);
  }

  /**
   * At most two filesets: the project's own and the workspace's. Patterns that take away work on those
   * of the same owner. `onOutside` is told of patterns that leave the workspace; they match nothing.
   */
  build(patterns: readonly string[], place: FilesetPlace, onOutside: (pattern: string) => void): readonly Fileset[] {
    const { project, outputs, source } = place;
    const expanded: ExpandedPattern[] = [];
    for (const pattern of patterns) {
      const one = expandPattern(pattern, project);
      if (one === null) onOutside(pattern);
      else expanded.push(one);
    }
    const own = this.#share(
      expanded.filter((one) => one.scope === 'project'),
      { project, outputs, source },
    );
    const shared = this.#share(
      expanded.filter((one) => one.scope === 'workspace'),
      { project: null, outputs, source },
    );
    return [own, shared].filter((fileset) => fileset !== null);
  }

  #share(patterns: readonly ExpandedPattern[], { project, outputs, source }: OwnerOfFiles): Fileset | null {
    const given = sortUnique(patterns.filter((one) => !one.negated).map((one) => one.pattern));
    const exclude = sortUnique(patterns.filter((one) => one.negated).map((one) => one.pattern));
    // As in Nx: who only takes away from a project means everything in it but that.
    const include =
      given.length === 0 && exclude.length > 0 && project !== null && source === 'workspace' ? ['**/*'] : given;
    if (include.length === 0) return null;
    const key = JSON.stringify([project?.root ?? null, include, exclude, outputs, source]);
    let fileset = this.#known.get(key);
    if (fileset === undefined) {
      fileset = this.#create(include, exclude, { project, outputs, source });
      // The patterns of a workspace may look at every file, and those of a project are asked for by its dependents too:
      // once for all tasks, not once for each one's outputs.
      const isShared = outputs.length > 0 && (project === null || source === 'workspace');
      const shared = isShared ? this.#share(patterns, { project, outputs: [], source }) : null;
      if (shared !== null) fileset = { ...fileset, within: shared };
      this.#known.set(key, fileset);
    }
    return fileset;
  }

  #create(include: readonly string[], exclude: readonly string[], { project, outputs, source }: OwnerOfFiles): Fileset {
    const included = include.map((pattern) => this.#compileInclude(pattern));
    const excluded = exclude.map((pattern) => this.#globs.compile(pattern));
    const test: Match = (path) => included.some((match) => match(path)) && !excluded.some((match) => match(path));
    const escapedRoot = escapeGlob(project?.root ?? '');
    const fromWorkspace = (pattern: string): string => joinPath(escapedRoot, pattern);
    const label = [...include.map(fromWorkspace), ...exclude.map((pattern) => `!${fromWorkspace(pattern)}`)].join(', ');
    const owner = project === null ? '{workspaceRoot}: ' : '';
    return {
      source,
      project: project?.name ?? null,
      include: include.map(fromWorkspace),
      exclude: exclude.map(fromWorkspace),
      label: `${owner}${label}${source === 'disk' ? ' (ignored files too)' : ''}`,
      bases: dropNested(include.map((pattern) => joinPath(project?.root ?? '', findBase(pattern)))),
      matches: this.#withoutOutputs(project === null ? test : this.#matchOwn(project.root, test), outputs, project),
    };
  }

  /**
   * What a task writes is not what it reads, also where git does not ignore it. Only files and whole
   * folders below the project count as written (`src/*.js` may name sources as well), and only while they
   * hold nothing that someone keeps in version control: a formatter writes what it reads.
   */
  #withoutOutputs(test: Fileset['matches'], outputs: readonly string[], project: Project | null): Fileset['matches'] {
    const produced = outputs.flatMap((pattern) => readProduced(pattern, project) ?? []);
    if (produced.length === 0) return test;
    const kept = outputs
      .filter((pattern) => pattern.startsWith('!'))
      .map((pattern) => this.#compileInclude(pattern.slice(1)));
    const isOutput: Match = (path) =>
      produced.some((folder) => (path === folder || path.startsWith(`${folder}/`)) && !this.#holdsTracked(folder)) &&
      !kept.some((match) => match(path));
    return (path) => test(path) && !isOutput(path);
  }

  /** A folder that is named without a wildcard counts with all that is below it: too much is safe, too little is not. */
  #compileInclude(pattern: string): Match {
    const literal = readLiteral(pattern);
    if (literal === null) return this.#globs.compile(pattern);
    if (literal === '') return () => true;
    return (path) => path === literal || path.startsWith(`${literal}/`);
  }

  #matchOwn(root: WorkspacePath, test: Match): (path: WorkspacePath) => boolean {
    const prefix = root === '' ? '' : `${root}/`;
    const isOwn = (path: WorkspacePath): boolean =>
      path.startsWith(prefix) && (!this.#rootsWithNested.has(root) || this.#findOwner(path) === root);
    return (path) => isOwn(path) && test(path.slice(prefix.length));
  }
}

/** The file or folder that a pattern of outputs stands for as a whole; null where it picks, or holds the project. */
function readProduced(pattern: string, project: Project | null): WorkspacePath | null {
  const literal = readLiteral(pattern.replace(/(\/\*\*)?(\/\*)?$/, ''));
  if (literal === null || literal === '' || pattern.startsWith('!')) return null;
  return project !== null && `${project.root}/`.startsWith(`${literal}/`) ? null : asWorkspacePath(literal);
}

function joinPath(folder: string, path: string): string {
  return folder === '' ? path : path === '' ? folder : `${folder}/${path}`;
}

function dropNested(paths: readonly string[]): readonly WorkspacePath[] {
  const all = new Set(paths);
  const isNested = (path: string): boolean => {
    for (let folder = path; folder !== '';) {
      folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')));
      if (all.has(folder)) return true;
    }
    return false;
  };
  return sortUnique([...all].filter((path) => !isNested(path)) as WorkspacePath[]);
}
