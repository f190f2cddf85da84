import type { WorkspacePath } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { NamedInputs } from '../project-graph/project.ts';
import type { ContinueMode } from '../schedule/outcome.ts';

export type OutputStyle = 'tui' | 'stream' | 'static' | 'ndjson';

export interface RemoteConfig {
  /** Without a trailing slash; http or https. */
  readonly url: string;
  readonly token: string | null;
  readonly mode: 'read-write' | 'read-only';
  readonly timeoutMs: number;
}

export interface PluginConfig {
  /** A package name, or a path that starts with `./`. */
  readonly name: string;
  readonly options: JsonObject;
}

/**
 * Everything that is configured for the workspace as a whole: `nx.json` (its own keys and those
 * under `larder`), or `larder.json`, with the environment laid over it and defaults filled in.
 */
export interface Config {
  /** The file that was read; null in a workspace without configuration. */
  readonly file: WorkspacePath | null;
  readonly namedInputs: NamedInputs;
  /** Raw: target name, executor or glob -> target configuration; or Nx 24's filtered array. */
  readonly targetDefaults: JsonObject | readonly JsonObject[];
  /** Branch or ref that `affected` compares with, `main` by default. */
  readonly defaultBase: string;
  /** Slots; a count, or what `defaultParallel` gave. */
  readonly parallel: number;
  readonly continueMode: ContinueMode;
  readonly outputStyle: OutputStyle | null;
  readonly cacheDirectory: WorkspacePath;
  readonly remote: RemoteConfig | null;
  readonly plugins: readonly PluginConfig[];
  /** nx.json's own `plugins`, raw: what the Nx plugin set has to ask Nx about. */
  readonly nxPlugins: readonly (string | JsonObject)[];
  /** Names (with wildcards) of variables that reach tasks in strict mode without being declared. */
  readonly passThroughEnv: readonly string[];
  readonly envMode: 'strict' | 'loose';
}
