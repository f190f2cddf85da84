import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  decodeGraph,
  encodeGraph,
  type Digest,
  type GraphContext,
  type GraphContributor,
  type Problem,
  type ProjectGraph,
  type WorkspacePath,
} from '@larder/core';
import { digest, readKeyedFile, writeKeyedFile, type KeyedFile, type OpenWorkspace } from '@larder/workspace';
import { describeBuild } from '../describe-build.ts';
import { matchAny } from './match-any.ts';

/** What contributions made: the graph, and what was wrong with it without being an error. */
export interface BuiltGraph {
  readonly graph: ProjectGraph;
  readonly parallel: string | null;
  readonly problems: readonly Problem[];
}

/**
 * The graph that an earlier command made of the same configuration and the same bytes of every file that it follows from:
 * reading manifests and merging them is most of what opening a workspace takes. Null where it follows from more than that.
 */
export function openKeptGraph(
  context: GraphContext,
  contributors: readonly GraphContributor[],
  workspace: OpenWorkspace,
): KeptGraph | null {
  const followsFromText = contributors.every((contributor) => contributor.followsFromText === true);
  // The code of a plugin that the configuration names may change at any time.
  if (!followsFromText || context.config.plugins.length > 0) return null;
  const patterns = contributors.flatMap(({ dependsOnFiles }) => dependsOnFiles);
  const digests = readDigests(workspace, matchAny(patterns));
  const seesNames = contributors.some((contributor) => contributor.followsFromEnvNames === true);
  const envNames = seesNames ? Object.keys(context.env).sort() : [];
  return digests === null ? null : new KeptGraph(context, { workspace, digests, patterns, envNames });
}

/** Null where a file is a link, or went away in this moment. */
function readDigests(
  { files }: OpenWorkspace,
  counts: (path: WorkspacePath) => boolean,
): ReadonlyMap<WorkspacePath, Digest> | null {
  const digests = new Map<WorkspacePath, Digest>();
  for (const path of files.paths) {
    if (!counts(path)) continue;
    const facts = files.factsOf(path);
    // What a link leads to is not among its facts.
    if (facts?.kind !== 'file') return null;
    digests.set(path, facts.digest);
  }
  return digests;
}

interface Sources {
  readonly workspace: OpenWorkspace;
  readonly patterns: readonly string[];
  readonly envNames: readonly string[];
  /** Of every file that the graph follows from. */
  readonly digests: ReadonlyMap<WorkspacePath, Digest>;
}

/** Raise it when the same files make another graph, or the same graph another text. */
const formatVersion = 1;

class KeptGraph {
  /** For the contributors, where nothing is kept: what they read is compared with what the key says. */
  readonly context: GraphContext;
  readonly #sources: Sources;
  readonly #key: Digest;
  readonly #file: KeyedFile;
  #readSomethingElse = false;

  constructor(context: GraphContext, sources: Sources) {
    const { remote: _remote, ...config } = context.config;
    const { digests, patterns, envNames, workspace } = sources;
    this.#sources = sources;
    this.#key = digest(JSON.stringify([formatVersion, describeBuild(), config, patterns, envNames, ...digests]));
    this.#file = { pathAbsolute: join(context.stateDirectoryAbsolute, 'graph'), log: context.log };
    const factsOf = (path: WorkspacePath) => {
      this.#readSomethingElse ||= !digests.has(path);
      return workspace.files.factsOf(path);
    };
    const { files } = context;
    this.context = {
      ...context,
      readText: (path) => this.#readText(path),
      env: Object.fromEntries(envNames.map((name) => [name, ''])),
      files: { paths: files.paths, has: (path) => files.has(path), under: (path) => files.under(path), factsOf },
    };
  }

  read(): BuiltGraph | null {
    const text = readKeyedFile(this.#file, this.#key);
    if (text === null) return null;
    const headEnd = text.indexOf('\n');
    // Whole by its digest, and written by this build: trusted as it is.
    const head = JSON.parse(text.slice(0, headEnd)) as Omit<BuiltGraph, 'graph'>;
    return { ...head, graph: decodeGraph(text.slice(headEnd + 1)) };
  }

  /** Unless something was read that the key does not speak of: a file that changed meanwhile, say. */
  keep({ graph, ...head }: BuiltGraph): void {
    if (this.#readSomethingElse) return;
    writeKeyedFile(this.#file, this.#key, `${JSON.stringify(head)}\n${encodeGraph(graph)}`);
  }

  #readText(path: WorkspacePath): string | null {
    const { digests, workspace } = this.#sources;
    if (!workspace.files.has(path)) return null;
    const bytes = readFileSync(join(this.context.workspaceRootAbsolute, path));
    this.#readSomethingElse ||= digests.get(path) !== workspace.digestOf(path, bytes);
    return bytes.toString('utf8');
  }
}
