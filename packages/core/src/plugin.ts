import type { Config } from './config/config.ts';
import type { Digest, ProjectName, TaskHash, WorkspacePath } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { DebugLog, SpawnProcess } from './ports.ts';
import type { Problem, SourceLocation } from './problem.ts';
import type { Externals, ProjectGraph } from './project-graph/project.ts';
import type { Reporter } from './run-event.ts';
import type { Task, TaskGraph } from './task-graph/task-graph.ts';
import type { WorkspaceFiles } from './workspace-files.ts';

/**
 * A plugin as its author writes it. Nothing is read or started before one of the parts is called;
 * parts are called at most once per command, except executors.
 */
export interface PluginDefinition<Options> {
  readonly name: string;
  /** Validates the options of the configuration file; every problem at once. */
  readonly parseOptions: (options: JsonObject) => OptionsResult<Options>;
  readonly create: (options: Options) => PluginParts;
}

export type OptionsResult<Options> =
  | { readonly kind: 'valid'; readonly options: Options }
  /** `path` is the dotted key below the plugin's options. */
  | { readonly kind: 'invalid'; readonly issues: readonly OptionIssue[] };

export interface OptionIssue {
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
}

export interface PluginParts {
  readonly graph?: GraphContributor;
  readonly inputKinds?: readonly InputKind[];
  readonly executors?: readonly Executor[];
  readonly cacheStore?: (context: CacheStoreContext) => ArtifactStore;
  readonly reporter?: (context: ReporterContext) => Reporter;
}

/** The module's default export. The parts stay unconstructed until the options are known to be valid. */
export interface Plugin {
  readonly name: string;
  readonly create: (
    options: JsonObject,
  ) =>
    | { readonly kind: 'valid'; readonly parts: PluginParts }
    | { readonly kind: 'invalid'; readonly issues: readonly OptionIssue[] };
}

export function definePlugin<Options>(definition: PluginDefinition<Options>): Plugin {
  return {
    name: definition.name,
    create: (options) => {
      const parsed = definition.parseOptions(options);
      return parsed.kind === 'valid' ? { kind: 'valid', parts: definition.create(parsed.options) } : parsed;
    },
  };
}

// Projects, targets and edges

export interface GraphContributor {
  /** Whether the plugin has anything to say about this workspace; decides the order of nothing else. */
  applies(context: GraphContext): boolean;
  /**
   * Globs of the workspace's files that the contribution depends on: while none of them is added,
   * changed or deleted, an earlier contribution may be used again. `**` means all files.
   */
  readonly dependsOnFiles: readonly string[];
  /**
   * True: the contribution follows from `config`, `files` and `readText` alone, so that `affected` can ask what it
   * was at another commit. Absent: nobody knows, and changed configuration affects all that it may concern.
   */
  readonly followsFromText?: boolean;
  /** True: it follows from which variables `env` has, too; never from their values. */
  readonly followsFromEnvNames?: boolean;
  contribute(context: GraphContext): Promise<GraphContribution>;
}

export interface GraphContext {
  readonly workspaceRootAbsolute: string;
  /** A folder of the plugin's own that survives between commands and may be deleted at any time. */
  readonly stateDirectoryAbsolute: string;
  readonly config: Config;
  readonly files: WorkspaceFiles;
  /**
   * True: projects, targets and edges are wanted and nothing else, so that `externals` may be left out, and `files` has
   * only what lies in the root and in folders of the package manager's workspaces. Never where the configuration names plugins.
   */
  readonly onlyProjects?: true;
  /** Null where the file is not in the workspace. Throws where it cannot be read. */
  readonly readText: (path: WorkspacePath) => string | null;
  readonly env: Readonly<Record<string, string>>;
  readonly spawn: SpawnProcess;
  readonly log: DebugLog;
  readonly signal: AbortSignal;
}

export interface GraphContribution {
  readonly projects: readonly ProjectContribution[];
  /** Beside those that follow from `manifestDependencies` and `implicitDependencies`. */
  readonly edges: readonly EdgeContribution[];
  readonly externals: Externals | null;
  readonly problems: readonly Problem[];
  /** Slots where the person configured none: a number, or a share of the cores such as `50%`. */
  readonly parallel?: string;
}

/** What one plugin knows of one project. Contributions with the same root are merged, later over earlier. */
export interface ProjectContribution {
  readonly root: WorkspacePath;
  readonly name: string | null;
  readonly packageName: string | null;
  readonly tags: readonly string[];
  /** Project names or patterns, `!` takes an edge away. */
  readonly implicitDependencies: readonly string[];
  readonly manifestDependencies: readonly ManifestDependency[];
  /** Raw, in Nx's grammar; parsed by core. */
  readonly namedInputs: JsonObject;
  /** Raw target configurations in Nx's grammar (`executor` or `command`, `options`, `inputs` …). */
  readonly targets: Readonly<Record<string, JsonObject>>;
  /**
   * `inferred` lies below `targetDefaults`, `explicit` above; `complete` says that defaults are
   * already merged in, so that none may be applied again.
   */
  readonly layer: 'inferred' | 'explicit' | 'complete';
  /** True: it only adds to a project that another contribution makes; alone it makes none (a fixture, say). */
  readonly refinesOnly?: boolean;
  readonly metadata: JsonObject;
  /** Finds the place of a value, for messages; the path starts in the contribution (`['targets','build']`). */
  readonly locate: (path: readonly (string | number)[]) => SourceLocation | null;
}

export interface ManifestDependency {
  readonly packageName: string;
  readonly kind: 'production' | 'development' | 'peer' | 'optional';
  readonly specifier: string;
}

export interface EdgeContribution {
  readonly from: ProjectName;
  readonly to: ProjectName;
  readonly kind: 'static' | 'dynamic' | 'implicit';
  readonly sourceFile: WorkspacePath | null;
}

// Inputs

/** A kind of input that core does not know, `{ "<kind>": … }` in an `inputs` array. */
export interface InputKind {
  readonly kind: string;
  readonly parseOptions: (value: unknown) => OptionsResult<JsonObject>;
  /** True: the value follows from the options alone, so that it is read once for all tasks with the same. */
  readonly ignoresTask?: boolean;
  /**
   * True: the value follows from the options and from the paths that `read` tells of by `sawPath`, so that a run in which
   * none of them changed need not ask again. Absent: nobody knows, and every run asks.
   */
  readonly followsFromPaths?: boolean;
  /** The value that goes into the hash. The same on every machine for the same inputs. */
  readonly read: (context: InputKindContext, options: JsonObject) => Promise<string>;
}

export interface InputKindContext {
  readonly task: Task;
  readonly workspaceRootAbsolute: string;
  readonly files: WorkspaceFiles;
  readonly signal: AbortSignal;
  /**
   * Tells of a file or folder that was looked at, there or not: relative to the root, or absolute. A link stands for
   * itself; a folder behind one has to be told of by its own path.
   */
  readonly sawPath: (path: string) => void;
}

// Executors

export interface Executor {
  /** The exact `executor` that it implements, or `*`: any that nobody else does. */
  readonly name: string;
  /** The command as a person would type it, one line. */
  describe(task: Task): string;
  start(task: Task, context: ExecutorContext): RunningTask;
}

export interface ExecutorContext {
  readonly workspaceRootAbsolute: string;
  readonly graph: ProjectGraph;
  readonly taskGraph: TaskGraph;
  /** The whole environment of the task: PATH with the `.bin` folders, `npm_*`, dotenv files, no cache tokens. */
  readonly env: Readonly<Record<string, string>>;
  readonly spawn: SpawnProcess;
  readonly onOutput: (stream: 'stdout' | 'stderr', chunk: Uint8Array) => void;
}

export interface TaskEnd {
  readonly exitCode: number;
  /** Set where no process ran or a signal ended it: the reason in words. */
  readonly detail: string | null;
}

export interface RunningTask {
  /** Never rejects. */
  readonly ended: Promise<TaskEnd>;
  /** For continuous tasks: when dependents may start. */
  readonly ready: Promise<void>;
  /** Ends the whole process tree; resolves when it is gone. */
  stop(): Promise<void>;
}

// Cache stores and reporters

export interface ArtifactHead {
  readonly sizeBytes: number;
}

/** Bytes that can be read more than once, so that a failed transfer can start again. */
export interface ArtifactSource {
  readonly sizeBytes: number;
  /** Of the artifact's bytes. */
  readonly sha256: string;
  /** How long the execution took that made it, where this is known: whoever keeps statistics may want it. */
  readonly executionMs?: number;
  open(): AsyncIterable<Uint8Array>;
}

/**
 * A place for artifacts, by hash. Entries are immutable. Bodies are opaque here: the caller verifies
 * them. Every method rejects with a `StoreError` on trouble; the layers above turn it into a miss.
 */
export interface ArtifactStore {
  readonly name: string;
  head(hash: TaskHash, signal: AbortSignal): Promise<ArtifactHead | null>;
  /** Null is a miss. The body must be read to its end or returned early. */
  read(
    hash: TaskHash,
    signal: AbortSignal,
  ): Promise<{ readonly sizeBytes: number | null; readonly body: AsyncIterable<Uint8Array> } | null>;
  /** `exists`: someone else stored that hash first; theirs stays. */
  write(hash: TaskHash, artifact: ArtifactSource, signal: AbortSignal): Promise<'stored' | 'exists'>;
  close(): Promise<void>;
}

export interface CacheStoreContext {
  readonly workspaceRootAbsolute: string;
  readonly env: Readonly<Record<string, string>>;
  readonly log: DebugLog;
}

export interface ReporterContext {
  readonly workspaceRootAbsolute: string;
  readonly env: Readonly<Record<string, string>>;
  /** The digest of the workspace's configuration, to tell runs of different set-ups apart. */
  readonly configDigest: Digest;
}
