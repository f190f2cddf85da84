import type { ContinueMode, OutputStyle } from '@larder/core';

/** What a person asked for, after parsing: the commands are functions of these. */
export type Command =
  | {
      readonly kind: 'run-many';
      readonly selection: ProjectSelection;
      /** In Turborepo's grammar; with any, `selection` is empty. */
      readonly filters: readonly string[];
      readonly run: RunOptions;
    }
  | { readonly kind: 'run'; readonly tasks: readonly string[]; readonly run: RunOptions }
  | {
      readonly kind: 'watch';
      readonly selection: ProjectSelection;
      readonly filters: readonly string[];
      readonly run: RunOptions;
    }
  | {
      readonly kind: 'affected';
      readonly exclude: readonly string[];
      readonly filters: readonly string[];
      readonly changes: ChangesRequest;
      readonly explain: boolean;
      readonly run: RunOptions;
    }
  | {
      readonly kind: 'show-projects';
      readonly selection: ProjectSelection;
      readonly filters: readonly string[];
      readonly withTarget: readonly string[];
      readonly json: boolean;
    }
  | { readonly kind: 'show-project'; readonly project: string; readonly json: boolean }
  | { readonly kind: 'show-task'; readonly task: string; readonly json: boolean }
  | {
      readonly kind: 'graph';
      readonly file: string;
      readonly selection: ProjectSelection;
      readonly filters: readonly string[];
    }
  | {
      readonly kind: 'why';
      readonly task: string;
      readonly json: boolean;
      /** `last`, the beginning of a run's id, or a hash; null: everything as it is now. */
      readonly since: string | null;
      readonly files: boolean;
    }
  | { readonly kind: 'cache-stats'; readonly json: boolean }
  | { readonly kind: 'cache-clean'; readonly olderThan: string | null; readonly maxSize: string | null }
  | {
      readonly kind: 'stats';
      readonly since: string;
      readonly last: number;
      readonly branch: string | null;
      readonly runs: boolean;
      readonly json: boolean;
    }
  | { readonly kind: 'stats-compare'; readonly a: string; readonly b: string; readonly json: boolean }
  | { readonly kind: 'stats-check'; readonly all: boolean; readonly json: boolean }
  | { readonly kind: 'analyze'; readonly run: string; readonly json: boolean }
  | { readonly kind: 'report'; readonly run: string; readonly file: string }
  /** With `rerun`, a task instead of the entries. */
  | { readonly kind: 'cache-verify'; readonly rerun: string | null }
  | { readonly kind: 'cache-warm'; readonly targets: readonly string[]; readonly ref: string | null }
  | { readonly kind: 'cache-export'; readonly file: string }
  | { readonly kind: 'cache-import'; readonly file: string }
  | { readonly kind: 'cache-keygen'; readonly file: string }
  | { readonly kind: 'completion'; readonly shell: Shell }
  /** Asked by the scripts of the shells: the words after `larder`, the last of them unfinished. */
  | { readonly kind: 'complete'; readonly words: readonly string[] }
  | { readonly kind: 'reset' }
  | { readonly kind: 'daemon'; readonly action: 'start' | 'logs' }
  | { readonly kind: 'daemon'; readonly action: 'status'; readonly json: boolean }
  | { readonly kind: 'daemon'; readonly action: 'stop'; readonly force: boolean }
  | {
      readonly kind: 'init';
      readonly yes: boolean;
      /** Whether nx keeps a process for each plugin; undefined: as is best there. */
      readonly isolatePlugins: boolean | undefined;
    }
  | { readonly kind: 'doctor'; readonly json: boolean }
  | { readonly kind: 'turbo'; readonly args: readonly string[] }
  | { readonly kind: 'env-turbo' }
  | { readonly kind: 'serve'; readonly args: readonly string[] };

export type Shell = 'bash' | 'zsh' | 'fish';

export interface ProjectSelection {
  /** Names, globs, `tag:x` or folders; empty means all. */
  readonly projects: readonly string[];
  readonly exclude: readonly string[];
}

export interface RunOptions {
  readonly targets: readonly string[];
  readonly configuration: string | null;
  /** What stood after `--`. */
  readonly args: readonly string[];
  readonly parallel: string | null;
  /** How often any task that fails is tried again; null: as its target and the configuration say. */
  readonly retries: number | null;
  readonly skipCache: boolean;
  readonly skipRemoteCache: boolean;
  readonly dryRun: 'text' | 'json' | null;
  /** `-` is standard output. */
  readonly graphFile: string | null;
  readonly outputStyle: OutputStyle | null;
  readonly continueMode: ContinueMode | null;
  readonly verbose: boolean;
  /** Where the record of the run is written besides the history. */
  readonly recordFile: string | null;
  /** Where a trace of the run is written. */
  readonly profileFile: string | null;
}

/** Which changes `affected` looks at. */
export type ChangesRequest =
  | { readonly kind: 'files'; readonly files: readonly string[] }
  | { readonly kind: 'stdin' }
  | { readonly kind: 'uncommitted' }
  | { readonly kind: 'untracked' }
  /** Null `base`: the CI job's, or else the configured one. Null `head`: the working tree. */
  | {
      readonly kind: 'range';
      readonly base: string | null;
      readonly head: string | null;
      /** Whether git may fetch what the comparison lacks; null: in CI. */
      readonly fetch: boolean | null;
    };

/** The commands that execute tasks and come to an end. */
export type RunCommand = Extract<Command, { kind: 'run' | 'run-many' | 'affected' }>;

export type ParsedArgv<Parsed = Command> =
  | { readonly kind: 'command'; readonly command: Parsed }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'usage'; readonly message: string };
