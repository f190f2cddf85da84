import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, ownValue, type JsonObject, type TaskId } from '@larder/core';
import { findNxDataFolder } from './nx-data-folder.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Which tasks of a run each of them waits for, by the project graph that Nx keeps on disk: results of a run do not say.
 * Between tasks of the run alone; empty where the graph cannot be read.
 */
export function readTaskEdges(
  workspaceRoot: string,
  ids: readonly TaskId[],
  env: Env,
): ReadonlyMap<TaskId, readonly TaskId[]> {
  const graph = readGraph(workspaceRoot, env);
  if (graph === null) return new Map();
  const inRun = new Set(ids);
  return new Map(ids.map((id) => [id, findDependencies(graph, id).filter((each) => each !== id && inRun.has(each))]));
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

/** Ids may name tasks that do not exist. A configuration at the end of an id goes on to its dependencies, or is left out. */
function findDependencies(graph: Graph, id: TaskId): readonly TaskId[] {
  const [project = '', target = '', configuration] = id.split(':');
  return listEntries(graph, { project, target }).flatMap((entry) => {
    const { target: wanted, projects } = resolveEntry(graph, project, entry);
    return projects.flatMap((name) => {
      const plain = `${name}:${wanted}` as TaskId;
      return configuration === undefined ? [plain] : [`${plain}:${configuration}` as TaskId, plain];
    });
  });
}

function listEntries({ nodes }: Graph, { project, target }: { project: string; target: string }): readonly unknown[] {
  const dependsOn = at(nodes, [project, 'data', 'targets', target, 'dependsOn']);
  return Array.isArray(dependsOn) ? dependsOn : [];
}

interface Wanted {
  readonly target: string;
  readonly projects: readonly string[];
}

/** `^t`, `t`, `p:t`, or an object with `target` and `projects` or `dependencies`. */
function resolveEntry(graph: Graph, project: string, entry: unknown): Wanted {
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
  const named = typeof projects === 'string' ? [projects] : Array.isArray(projects) ? projects : ['self'];
  return { target, projects: named.map((name) => (name === 'self' ? project : String(name))) };
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
