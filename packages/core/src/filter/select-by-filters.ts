import type { ProjectName } from '../ids.ts';
import type { Problem } from '../problem.ts';
import { compileGlob, isGlob } from '../project-graph/match-projects.ts';
import { findNearNames } from '../project-graph/find-near-names.ts';
import type { Project, ProjectGraph } from '../project-graph/project.ts';
import type { ProjectSelection } from '../project-graph/select-projects.ts';
import { reachProjects, reverseEdges, type ProjectEdges } from './reach-projects.ts';
import type { FilterChanges, FilterSubject, ProjectFilter } from './project-filter.ts';

export interface FilterContext {
  readonly graph: ProjectGraph;
  /** The projects with changes. Asked for each comparison that a filter names. */
  readonly changedProjects: (changes: FilterChanges) => ReadonlySet<ProjectName>;
  /** The target that is to run: its own tags count beside the project's. Null: only the project's. */
  readonly target: string | null;
}

/**
 * The projects that filters select: all that one of them includes, or all there are where none includes
 * any, without those that one excludes. A plain name or folder that no project has is a problem; a glob,
 * a tag or a comparison that selects nothing is not.
 */
export function selectByFilters(filters: readonly ProjectFilter[], context: FilterContext): ProjectSelection {
  const evaluator = new FilterEvaluator(context);
  const problems: Problem[] = [];
  const included = new Set<ProjectName>();
  const excluded = new Set<ProjectName>();
  for (const filter of filters) {
    const { projects, problem } = evaluator.evaluate(filter);
    if (problem !== null) problems.push(problem);
    for (const name of projects) (filter.exclude ? excluded : included).add(name);
  }
  if (problems.length > 0) return { kind: 'unknown', problems };
  const all = [...context.graph.projects.keys()];
  const kept = filters.every(({ exclude }) => exclude) ? all : all.filter((name) => included.has(name));
  return { kind: 'selected', projects: kept.filter((name) => !excluded.has(name)) };
}

interface Evaluated {
  readonly projects: ReadonlySet<ProjectName>;
  readonly problem: Problem | null;
}

class FilterEvaluator {
  readonly #context: FilterContext;
  readonly #below: ProjectEdges;
  #above: ProjectEdges | null = null;

  constructor(context: FilterContext) {
    this.#context = context;
    const { dependencies } = context.graph;
    this.#below = new Map([...dependencies].map(([name, edges]) => [name, edges.map(({ dependency }) => dependency)]));
  }

  /** As in turbo, `...x...` takes in what the dependents of `x` depend on, too. */
  evaluate(filter: ProjectFilter): Evaluated {
    const subjects = this.#findSubjects(filter.subject);
    if (subjects === null) return { projects: new Set(), problem: unknownSubject(filter, this.#context.graph) };
    const projects = new Set(filter.withoutSelf ? [] : subjects);
    const dependents = filter.withDependents ? reachProjects(subjects, this.#dependents()) : [];
    for (const name of dependents) projects.add(name);
    if (!filter.withDependencies) return { projects, problem: null };
    for (const name of reachProjects([...subjects, ...dependents], this.#below)) projects.add(name);
    return { projects, problem: null };
  }

  /** Null where it names what there is not. */
  #findSubjects(subject: FilterSubject): readonly ProjectName[] | null {
    const named = this.#findNamed(subject);
    if (named === null) return null;
    const fitting = named.filter((project) => this.#fitsTag(project, subject.tag)).map(({ name }) => name);
    if (subject.changes === null) return fitting;
    const changed = this.#context.changedProjects(subject.changes);
    if (!subject.changesInDependencies) return fitting.filter((name) => changed.has(name));
    const touched = new Set([...changed, ...reachProjects([...changed], this.#dependents())]);
    return fitting.filter((name) => touched.has(name));
  }

  #findNamed({ name, directory }: FilterSubject): readonly Project[] | null {
    const all = [...this.#context.graph.projects.values()];
    const inDirectory = directory === null ? all : all.filter(({ root }) => compileGlob(directory)(root));
    if (directory !== null && inDirectory.length === 0 && !isGlob(directory)) return null;
    if (name === null) return inDirectory;
    const named = findByName(all, name);
    return named === null ? null : inDirectory.filter((project) => named.has(project));
  }

  #fitsTag({ tags, targets }: Project, tag: string | null): boolean {
    if (tag === null || tags.includes(tag)) return true;
    const ofTarget = targets.get(this.#context.target ?? '')?.metadata['tags'];
    return Array.isArray(ofTarget) && ofTarget.includes(tag);
  }

  #dependents(): ProjectEdges {
    this.#above ??= reverseEdges(this.#below);
    return this.#above;
  }
}

/** By project or package name, both whole: a part of a name would select more as packages are added. */
function findByName(projects: readonly Project[], pattern: string): ReadonlySet<Project> | null {
  const isPattern = pattern.includes('*');
  const test = isPattern ? compileNameGlob(pattern) : (name: string) => name === pattern;
  const found = projects.filter(({ name, packageName }) => test(name) || (packageName !== null && test(packageName)));
  return found.length === 0 && !isPattern ? null : new Set(found);
}

/** `*` stands for any characters, slashes included. */
function compileNameGlob(pattern: string): (name: string) => boolean {
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 's');
  return (name) => expression.test(name);
}

function unknownSubject({ text, subject }: ProjectFilter, { projects }: ProjectGraph): Problem {
  const facts = { code: 'unknown-project', severity: 'error', project: text } as const;
  const { name, directory } = subject;
  if (directory === null) return { ...facts, near: findNearNames(name ?? text, projects.keys()) };
  const roots = [...projects.values()].map(({ root }) => root as string);
  const below = roots.some((root) => root.startsWith(`${directory}/`));
  return { ...facts, near: below ? [`./${directory}/**`] : findNearNames(directory, roots).map((root) => `./${root}`) };
}
