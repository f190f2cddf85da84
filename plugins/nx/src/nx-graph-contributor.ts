import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  asWorkspacePath,
  type GraphContext,
  type GraphContribution,
  type GraphContributor,
  type JsonValue,
  type Problem,
} from '@larder/core';
import { findNx, type InstalledNx } from './find-nx.ts';
import {
  createNxGraphKey,
  isSameGraph,
  parseNxGraphKey,
  parseNxGraphSources,
  type NxGraphKey,
  type NxGraphSources,
} from './nx-graph-key.ts';
import { parseNxGraph } from './parse-nx-graph.ts';

const outputLimitBytes = 64 * 1024;

/** Asks the workspace's `nx` for its graph, and only when a file that can change it changed. */
export const nxGraphContributor: GraphContributor = {
  applies: (context) => context.files.has(asWorkspacePath('nx.json')) && findNx(context.workspaceRootAbsolute) !== null,
  dependsOnFiles: ['**'],
  contribute: async (context) => {
    const nx = findNx(context.workspaceRootAbsolute);
    if (nx === null) return emptyContribution([]);
    const stored = await readStored(storedFile(context));
    if (stored !== null && hasGraphOnDisk(context)) {
      const key = createNxGraphKey(context, nx.version, { from: stored.key.from, earlier: stored.key });
      if (isSameGraph(stored.key, key)) return toContribution(stored.graph);
    }
    return refresh(context, nx, stored?.key ?? null);
  },
};

/** Nx's executors read the graph from where Nx keeps it: making ours again makes theirs again too. */
function hasGraphOnDisk(context: GraphContext): boolean {
  return existsSync(join(context.workspaceRootAbsolute, '.nx', 'workspace-data', 'project-graph.json'));
}

async function refresh(context: GraphContext, nx: InstalledNx, earlier: NxGraphKey | null): Promise<GraphContribution> {
  context.log(`nx ${nx.version}: asking for the project graph`);
  const answer = await askNx(context);
  if (answer.kind === 'failed') return emptyContribution([toProblem(context, answer.detail)]);
  const key = createNxGraphKey(context, nx.version, { from: answer.from, earlier });
  await writeStored(storedFile(context), { key, graph: answer.graph });
  return toContribution(answer.graph);
}

/** Without nx's own plugins the manifests say nearly all; then its failure is worth a warning only. */
function toProblem(context: GraphContext, detail: string): Problem {
  const severity = context.config.nxPlugins.length > 0 ? 'error' : 'warning';
  return { severity, code: 'plugin-failed', plugin: 'nx', detail };
}

type NxAnswer =
  | { readonly kind: 'graph'; readonly graph: unknown; readonly from: NxGraphSources }
  | { readonly kind: 'failed'; readonly detail: string };

async function askNx(context: GraphContext): Promise<NxAnswer> {
  await mkdir(context.stateDirectoryAbsolute, { recursive: true });
  const outputFile = join(context.stateDirectoryAbsolute, `nx-graph.${randomUUID()}.partial`);
  try {
    let said = '';
    const child = context.spawn({
      command: {
        kind: 'exec',
        file: process.execPath,
        args: [findChildScript(), context.workspaceRootAbsolute, outputFile],
      },
      cwdAbsolute: context.workspaceRootAbsolute,
      env: {
        ...context.env,
        NX_DAEMON: 'false',
        NX_ISOLATE_PLUGINS: 'false',
        NX_NO_CLOUD: 'true',
        NX_TUI: 'false',
        FORCE_COLOR: '0',
      },
      ipc: false,
      onOutput: (_stream, chunk) => {
        if (said.length < outputLimitBytes) said += Buffer.from(chunk).toString('utf8');
      },
    });
    const stop = (): void => void child.stop();
    context.signal.addEventListener('abort', stop, { once: true });
    const exit = await child.exited;
    context.signal.removeEventListener('abort', stop);
    if (exit.exitCode !== 0) return { kind: 'failed', detail: exit.spawnError ?? said.trim() };
    const graph = JSON.parse(await readFile(outputFile, 'utf8')) as { readonly from?: JsonValue };
    // What is not known to be without effect has one: then any file counts.
    const from = parseNxGraphSources(graph.from) ?? { globs: ['**/*'], modules: [], readsOtherLanguages: true };
    return { kind: 'graph', graph, from };
  } finally {
    await rm(outputFile, { force: true });
  }
}

/** Beside this file: compiled when installed, the source itself during development. */
function findChildScript(): string {
  const compiled = fileURLToPath(new URL('./read-nx-graph.js', import.meta.url));
  return existsSync(compiled) ? compiled : fileURLToPath(new URL('./read-nx-graph.ts', import.meta.url));
}

/** Of the project graph as Nx has it; one that is not understood is a problem. */
export function toContribution(graph: unknown): GraphContribution {
  const parsed = parseNxGraph(graph);
  if (parsed === null) {
    return emptyContribution([
      {
        severity: 'error',
        code: 'plugin-failed',
        plugin: 'nx',
        detail: 'Its project graph has a shape that is not known here.',
      },
    ]);
  }
  return { projects: parsed.projects, edges: parsed.edges, externals: null, problems: [] };
}

function emptyContribution(problems: readonly Problem[]): GraphContribution {
  return { projects: [], edges: [], externals: null, problems };
}

interface StoredGraph {
  readonly key: NxGraphKey;
  readonly graph: unknown;
}

function storedFile(context: GraphContext): string {
  return join(context.stateDirectoryAbsolute, 'nx-graph.json');
}

/** Null where there is none or it cannot be understood: then Nx is asked again. */
async function readStored(file: string): Promise<StoredGraph | null> {
  try {
    const stored = JSON.parse(await readFile(file, 'utf8')) as Partial<StoredGraph> | null;
    const key = parseNxGraphKey(stored?.key);
    return key === null || parseNxGraph(stored?.graph) === null ? null : { key, graph: stored?.graph };
  } catch {
    return null;
  }
}

async function writeStored(file: string, stored: StoredGraph): Promise<void> {
  const partial = `${file}.${randomUUID()}.partial`;
  await writeFile(partial, JSON.stringify(stored), { flag: 'wx' });
  await rename(partial, file);
}
