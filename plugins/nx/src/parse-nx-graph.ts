import {
  asProjectName,
  asWorkspacePath,
  isJsonObject,
  type EdgeContribution,
  type JsonObject,
  type JsonValue,
  type ProjectContribution,
} from '@larder/core';

/** What the child process writes: the parts of Nx's project graph that count here. */
export interface NxGraph {
  readonly projects: readonly ProjectContribution[];
  readonly edges: readonly EdgeContribution[];
}

/**
 * Reads `{ nodes: { name: { data } }, dependencies: { name: [{ source, target, type }] } }`, the shape of
 * Nx's `ProjectGraph` in majors 20 to 24. Null where it is something else.
 */
export function parseNxGraph(value: unknown): NxGraph | null {
  if (!isJsonObject(value)) return null;
  const { nodes, dependencies } = value;
  if (!isJsonObject(nodes) || !isJsonObject(dependencies)) return null;
  const projects = Object.entries(nodes).flatMap(([name, node]) => parseNode(name, node));
  const edges = Object.values(dependencies).flatMap((list) => parseEdges(list, nodes));
  return { projects, edges };
}

function parseNode(name: string, node: JsonValue): readonly ProjectContribution[] {
  if (!isJsonObject(node) || !isJsonObject(node['data'] ?? null)) return [];
  const data = node['data'] as JsonObject;
  const root = data['root'];
  if (typeof root !== 'string') return [];
  return [
    {
      root: asWorkspacePath(root === '.' ? '' : root),
      name,
      packageName: null,
      tags: readStrings(data['tags']),
      // Nx has already turned these into edges.
      implicitDependencies: [],
      manifestDependencies: [],
      namedInputs: readObject(data['namedInputs']),
      targets: readTargets(data['targets']),
      layer: 'complete',
      metadata: readObject(data['metadata']),
      locate: () => null,
    },
  ];
}

function parseEdges(list: JsonValue, nodes: JsonObject): readonly EdgeContribution[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly JsonValue[]).flatMap((edge) => {
    if (!isJsonObject(edge)) return [];
    const { source, target, type } = edge;
    if (typeof source !== 'string' || typeof target !== 'string') return [];
    if (!Object.hasOwn(nodes, source) || !Object.hasOwn(nodes, target)) return [];
    const kind = type === 'implicit' || type === 'dynamic' ? type : 'static';
    return [{ from: asProjectName(source), to: asProjectName(target), kind, sourceFile: null }];
  });
}

function readTargets(value: JsonValue | undefined): Readonly<Record<string, JsonObject>> {
  const entries = Object.entries(readObject(value));
  return Object.fromEntries(entries.filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1])));
}

function readObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function readStrings(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}
