import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compileGlob,
  isJsonObject,
  ownValue,
  ProjectMatcher,
  type JsonObject,
  type MatchableProject,
  type TaskId,
} from '@larder/core';
import type { RunTarget } from './nx-context.ts';
import { findNxDataFolder } from './nx-data-folder.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Which tasks of a run each of them waits for, by the project graph that Nx keeps on disk: results of a run do not say.
 * Between tasks of the run alone; empty where the graph cannot be read.
 */
export function readTaskEdges(
  workspaceRoot: string,
  tasks: ReadonlyMap<TaskId, RunTarget>,
  env: Env,
): ReadonlyMap<TaskId, readonly TaskId[]> {
  const graph = readGraph(workspaceRoot, env);
  if (graph === null) return new Map();
  const run = new RunTasks(graph, tasks);
  return new Map([...tasks].map(([id, task]) => [id, findDependencies(run, task).filter((each) => each !== id)]));
}

interface Graph {
  readonly nodes: JsonObject;
  readonly dependencies: JsonObject;
}

function readGraph(workspaceRoot: string, env: Env): Graph | null {
  const folder = findNxDataFolder(workspaceRoot, env);
  try {
    const graph: unknown = JSON.parse(readFileSync(join(folder, 'project-graph.json'), 'utf8'));
    if (!isJsonObject(graph)) return null;
    const { nodes, dependencies } = graph;
    return isJsonObject(nodes) && isJsonObject(dependencies) ? { nodes, dependencies } : null;
  } catch {
    // Another version of Nx may keep it elsewhere: a summary without a critical path is one all the same.
    return null;
  }
}

/** The tasks of a run, and what names and patterns of `dependsOn` mean among them. */
class RunTasks {
  readonly graph: Graph;
  readonly #ids = new Map<string, { readonly id: TaskId; readonly configuration: string | undefined }[]>();
  readonly #targets: ReadonlySet<string>;
  readonly #matcher: ProjectMatcher;

  constructor(graph: Graph, tasks: ReadonlyMap<TaskId, RunTarget>) {
    this.graph = graph;
    for (const [id, { project, target, configuration }] of tasks) {
      const key = JSON.stringify([project, target]);
      this.#ids.set(key, [...(this.#ids.get(key) ?? []), { id, configuration }]);
    }
    this.#targets = new Set([...tasks.values()].map(({ target }) => target));
    this.#matcher = new ProjectMatcher(Object.entries(graph.nodes).map(toMatchable));
  }

  /** With the configuration of what waits, or else with whichever it has in the run: a project has a default of its own. */
  find(project: string, target: string, configuration: string | undefined): readonly TaskId[] {
    const found = this.#ids.get(JSON.stringify([project, target])) ?? [];
    const same = found.filter((each) => each.configuration === configuration);
    return (same.length > 0 ? same : found).map(({ id }) => id);
  }

  expandTarget(pattern: string): readonly string[] {
    return this.#targets.has(pattern) ? [pattern] : [...this.#targets].filter(compileGlob(pattern));
  }

  selectProjects(patterns: readonly string[]): readonly string[] {
    return [...this.#matcher.select(patterns)];
  }
}

function toMatchable([name, node]: readonly [string, unknown]): MatchableProject {
  const [root, tags] = [at(node, ['data', 'root']), at(node, ['data', 'tags'])];
  return { name, root: typeof root === 'string' ? root : name, tags: Array.isArray(tags) ? tags.map(String) : [] };
}

function findDependencies(run: RunTasks, { project, target, configuration }: RunTarget): readonly TaskId[] {
  const dependsOn = at(run.graph.nodes, [project, 'data', 'targets', target, 'dependsOn']);
  const found = (Array.isArray(dependsOn) ? dependsOn : []).flatMap((entry: unknown) => {
    const wanted = resolveEntry(run, project, entry);
    const targets = run.expandTarget(wanted.target);
    return wanted.projects.flatMap((name) => targets.flatMap((each) => run.find(name, each, configuration)));
  });
  return [...new Set(found)];
}

interface Wanted {
  readonly target: string;
  readonly projects: readonly string[];
}

/** `^t`, `t`, `p:t`, or an object with `target` and `projects` or `dependencies`. */
function resolveEntry(run: RunTasks, project: string, entry: unknown): Wanted {
  const { graph } = run;
  if (typeof entry === 'string') {
    if (entry.startsWith('^')) return { target: entry.slice(1), projects: listAllBelow(graph, project) };
    const separator = entry.indexOf(':');
    const names = separator > 0 && Object.hasOwn(graph.nodes, entry.slice(0, separator));
    return names
      ? { target: entry.slice(separator + 1), projects: [entry.slice(0, separator)] }
      : { target: entry, projects: [project] };
  }
  if (!isJsonObject(entry) || typeof entry['target'] !== 'string') return { target: '', projects: [] };
  const { target, projects, dependencies } = entry;
  if (dependencies === true) return { target, projects: listAllBelow(graph, project) };
  const named = typeof projects === 'string' ? [projects] : Array.isArray(projects) ? projects.map(String) : ['self'];
  return { target, projects: run.selectProjects(named.map((name) => (name === 'self' ? project : name))) };
}

/** Nx looks past projects that lack the target. */
function listAllBelow({ dependencies }: Graph, project: string): readonly string[] {
  const found = new Set<string>();
  const waiting = [project];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const edges = at(dependencies, [name]);
    for (const edge of Array.isArray(edges) ? edges : []) {
      const below = isJsonObject(edge) ? edge['target'] : undefined;
      if (typeof below !== 'string' || found.has(below) || below.startsWith('npm:')) continue;
      found.add(below);
      waiting.push(below);
    }
  }
  return [...found];
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => (isJsonObject(inner) ? ownValue(inner, key) : undefined), value);
}
