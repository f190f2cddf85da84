import type { WorkspacePath } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { NamedInputs } from '../project-graph/project.ts';
import type { ContinueMode } from '../schedule/outcome.ts';

export type OutputStyle = 'tui' | 'stream' | 'static' | 'static-failures' | 'ndjson';

export type DaemonMode = 'auto' | 'on' | 'off';

export interface RemoteConfig {
  /** Without a trailing slash; http or https. */
  readonly url: string;
  readonly token: string | null;
  readonly mode: 'read-write' | 'read-only';
  /** How long a request may go without progress. */
  readonly timeoutMs: number;
  /** Holds the token where the environment and the configuration have none; absolute, or relative to the root. */
  readonly tokenFile: string | null;
  /** Set: without a token, the CI system's identity is exchanged for one, with this audience. */
  readonly oidcAudience: string | null;
  /** Scope -> Ed25519 public keys. With any, artifacts without a signature by one of them are refused. */
  readonly publicKeys: Readonly<Record<string, readonly string[]>>;
  /** Holds the private key where LARDER_SIGNING_KEY has none. */
  readonly signingKeyFile: string | null;
  /** What signatures say that they are for; the keys of that scope verify them. */
  readonly signingScope: string;
  /** PEM certificates that are trusted beside those of the system. */
  readonly caFile: string | null;
  readonly maxConnections: number;
  /** Of all transfers of one direction together; null: no limit. */
  readonly maxBytesPerSecond: number | null;
  /** Whether what takes longer to move than to execute is uploaded nevertheless. */
  readonly uploadSlowerThanExecution: boolean;
}

/** What the local cache may keep. */
export interface LocalCacheConfig {
  readonly maxSizeBytes: number;
  /** Entries that were not used for longer are removed. */
  readonly maxAgeMs: number;
}

export interface PluginConfig {
  /** A package name, or a path that starts with `./`. */
  readonly name: string;
  readonly options: JsonObject;
}

/**
 * Everything that is configured for the workspace as a whole: `nx.json` (its own keys and those
 * under `larder`), `larder.json`, or the second over the first, with the environment laid over it and
 * defaults filled in.
 */
export interface Config {
  /** The file that was read, of two the one that wins; null in a workspace without configuration. */
  readonly file: WorkspacePath | null;
  /** The file or module that an `nx.json` extends, where it extends one. */
  readonly base?: string;
  readonly namedInputs: NamedInputs;
  /**
   * Raw: target name, executor or glob -> target configuration, or an array of target configurations
   * that each may have a `filter` (Nx 23 and later). Its problems are already reported.
   */
  readonly targetDefaults: JsonObject;
  /** Branch or ref that `affected` compares with, `main` by default. */
  readonly defaultBase: string;
  /**
   * Slots, at least 1. By default one for each core: tasks are processes of their own, and Nx's
   * default of 3 leaves most machines idle.
   */
  readonly parallel: number;
  /** Whether a file or the environment says so; absent or false: a plugin's `parallel` takes its place. */
  readonly parallelIsConfigured?: boolean;
  /** Whether the slots follow the pressure on the machine; `parallel` is where they begin. */
  readonly parallelIsAdaptive: boolean;
  /** For targets that do not say how often their tasks are tried again. */
  readonly retries: number;
  /** How much there is of what tasks share, by name. */
  readonly resources: Readonly<Record<string, number>>;
  readonly continueMode: ContinueMode;
  /** Null: whatever fits the terminal. Never `tui` in CI. */
  readonly outputStyle: OutputStyle | null;
  /**
   * Where the local cache stands: relative to the workspace root and below it, or absolute, so that
   * checkouts can share one. Resolve it against the root.
   */
  readonly cacheDirectory: string;
  readonly cache: LocalCacheConfig;
  readonly remote: RemoteConfig | null;
  /** Whether runs start and ask a daemon that watches the files; see `wantsDaemon`. */
  readonly daemon: DaemonMode;
  readonly plugins: readonly PluginConfig[];
  /** nx.json's own `plugins`, raw: what the Nx plugin set has to ask Nx about. */
  readonly nxPlugins: readonly (string | JsonObject)[];
  /** Names (with wildcards) of variables that reach tasks in strict mode without being declared. */
  readonly passThroughEnv: readonly string[];
  readonly envMode: 'strict' | 'loose';
}
