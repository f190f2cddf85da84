import type { Config } from '../config/config.ts';
import { asProjectName, asWorkspacePath } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { GraphContribution, ProjectContribution } from '../plugin.ts';
import type { Problem } from '../problem.ts';
import { buildProjectGraph } from '../project-graph/build-project-graph.ts';
import type { ProjectGraph, Target } from '../project-graph/project.ts';

/** A project in one line: what it depends on, and its targets in Nx's grammar. */
export interface DrawnProject {
  /** Names, apart by spaces. */
  readonly deps?: string;
  readonly targets?: Readonly<Record<string, unknown>>;
  readonly root?: string;
  readonly name?: string | null;
  readonly packageName?: string | null;
  readonly tags?: readonly string[];
  readonly implicit?: readonly string[];
  readonly namedInputs?: JsonObject;
  readonly layer?: ProjectContribution['layer'];
  readonly specifier?: string;
}

/** Draws one contribution; a project stands in `packages/<key>` and its package is `@acme/<key>`. */
export function drawContribution(
  projects: Readonly<Record<string, DrawnProject>> | readonly (readonly [string, DrawnProject])[],
  more: Partial<GraphContribution> = {},
): GraphContribution {
  const entries = Array.isArray(projects) ? projects : Object.entries(projects);
  return {
    projects: entries.map(([key, project]: readonly [string, DrawnProject]) => drawProject(key, project)),
    edges: [],
    externals: null,
    problems: [],
    ...more,
  };
}

function drawProject(key: string, drawn: DrawnProject): ProjectContribution {
  const root = asWorkspacePath(drawn.root ?? `packages/${key}`);
  const file = asWorkspacePath(`${root}/project.json`);
  return {
    root,
    name: drawn.name === undefined ? key : drawn.name,
    packageName: drawn.packageName === undefined ? `@acme/${key}` : drawn.packageName,
    tags: drawn.tags ?? [],
    implicitDependencies: drawn.implicit ?? [],
    manifestDependencies: (drawn.deps ?? '')
      .split(' ')
      .filter((name) => name !== '')
      .map((name) => ({
        packageName: /^[a-z0-9-]+$/.test(name) ? `@acme/${name}` : name,
        kind: 'production',
        specifier: drawn.specifier ?? '*',
      })),
    namedInputs: drawn.namedInputs ?? {},
    targets: (drawn.targets ?? {}) as Record<string, JsonObject>,
    layer: drawn.layer ?? 'explicit',
    metadata: {},
    locate: (path) => ({ file, line: path.length + 1, column: 1, length: 1 }),
  };
}

/** A configuration file with nothing in it, so that only what is drawn counts. */
export const emptyConfig: Config = {
  file: asWorkspacePath('nx.json'),
  namedInputs: {},
  targetDefaults: {},
  defaultBase: 'main',
  parallel: 1,
  continueMode: 'dependencies-successful',
  outputStyle: null,
  cacheDirectory: '.larder/cache',
  remote: null,
  plugins: [],
  nxPlugins: [],
  passThroughEnv: [],
  envMode: 'loose',
};

/** The graph of drawn projects, which must have no problems. */
export function drawGraph(
  projects: Readonly<Record<string, DrawnProject>>,
  config: Partial<Config> = {},
): ProjectGraph {
  const [graph, problems] = drawGraphWithProblems([drawContribution(projects)], config);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return graph;
}

export function drawGraphWithProblems(
  contributions: readonly GraphContribution[],
  config: Partial<Config> = {},
): readonly [ProjectGraph, readonly Problem[]] {
  return buildProjectGraph(contributions, { ...emptyConfig, ...config });
}

export function targetOf(graph: ProjectGraph, project: string, target: string): Target | undefined {
  return graph.projects.get(asProjectName(project))?.targets.get(target);
}
