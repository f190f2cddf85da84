import type { ProjectName, WorkspacePath } from '../ids.ts';
import type { JsonObject } from '../json.ts';
import type { SourceLocation } from '../problem.ts';

/** A unit that owns targets. Its files are those below `root` that belong to no project further down. */
export interface Project {
  readonly name: ProjectName;
  readonly root: WorkspacePath;
  /** The `name` of its package.json, where it has one. */
  readonly packageName: string | null;
  readonly tags: readonly string[];
  readonly targets: ReadonlyMap<string, Target>;
  /** The workspace's, with the project's own laid over them; `default` is always there. */
  readonly namedInputs: NamedInputs;
  /** Names of external packages that the manifest asks for, sorted. */
  readonly externalDependencies: readonly string[];
  /** Anything else that a plugin wants shown by `larder show project`. */
  readonly metadata: JsonObject;
}

/** A named action on a project, with `targetDefaults` and all plugins' contributions merged in. */
export interface Target {
  readonly name: string;
  /** For example `nx:run-script`, `nx:run-commands`, `nx:noop`, `@nx/js:tsc`. */
  readonly executor: string;
  readonly options: JsonObject;
  readonly configurations: Readonly<Record<string, JsonObject>>;
  readonly defaultConfiguration: string | null;
  /** Null where nothing is declared: then `default` and `^default`. */
  readonly inputs: readonly InputDefinition[] | null;
  /**
   * Patterns with tokens (`{projectRoot}`, `{workspaceRoot}`, `{projectName}`, `{options.x}`), `!` negates.
   * Where nothing is declared they are what Nx guesses: `{options.outputPath}`, or for `build` and `prepare`
   * the usual folders, of which a task rarely makes all.
   */
  readonly outputs: readonly string[];
  /** True: nothing is declared, and `outputs` is a guess. */
  readonly outputsGuessed?: true;
  readonly dependsOn: readonly TargetDependency[];
  readonly cache: boolean;
  /** Never ends by itself (a server, a watcher): dependents start when it has started. */
  readonly continuous: boolean;
  /** Absent: a continuous task is ready as soon as it has started. */
  readonly readyWhen?: ReadyWhen;
  /** Nx would run these generators before the task. Larder runs none of them. */
  readonly syncGenerators?: readonly string[];
  /** False: nothing else runs at the same time. */
  readonly parallelism: boolean;
  readonly metadata: JsonObject;
  /** Absent: the workspace's `envMode` and `passThroughEnv`. */
  readonly env?: TargetEnv;
  /** Absent: everything is shown. */
  readonly outputLogs?: OutputLogs;
  /** It asks: where somebody can answer, in the interactive view, its input is open from the start. */
  readonly interactive?: true;
  /** How often a task that fails is tried again; absent: what the workspace says. */
  readonly retries?: number;
  /** Slots that a task takes while it runs; absent: 1. */
  readonly weight?: number;
  /** Of tasks that name the same one, one runs at a time. */
  readonly mutex?: readonly string[];
  /** How much a task takes of the workspace's `resources`, by name. */
  readonly resources?: Readonly<Record<string, number>>;
  /** Tasks that run beside this one whenever it runs; it waits for none of them. */
  readonly with?: readonly TargetDependency[];
  /** Found when asked, which costs a parse of the file: for messages only. */
  readonly location: SourceLocation | null;
}

/** How it shows that a continuous task is ready, for those dependents that wait for that. */
export interface ReadyWhen {
  readonly check: ReadyCheck;
  /** A task that is not ready by then has failed. */
  readonly timeoutMs: number;
  /** Between two attempts, where there are attempts. */
  readonly intervalMs: number;
}

/** Texts may hold `{workspaceRoot}`, `{projectRoot}`, `{projectName}`, `{options.x}`, `{env.X}`, with `??` between alternatives. */
export type ReadyCheck =
  /** A GET is answered with a status from 200 to 403. */
  | { readonly kind: 'url'; readonly url: string }
  /** It can be connected to. `0` and `auto`: the server picks its port, and counts as ready when it has started. */
  | { readonly kind: 'port'; readonly port: string; readonly host: string | null }
  /** It ends with 0, run in the workspace root. */
  | { readonly kind: 'command'; readonly command: string }
  /** All of them have been printed. */
  | { readonly kind: 'logMatches'; readonly texts: readonly string[] }
  /** The task says it to Nx, by `emitReadySignal` of `@nx/devkit`. */
  | { readonly kind: 'signal' };

/** What a target's tasks see of the caller's environment, beside the variables that are inputs. */
export interface TargetEnv {
  readonly mode: 'strict' | 'loose';
  /** Names with wildcards; `!` takes away, also from those that `basic` gives. */
  readonly passThrough: readonly string[];
  /** Whether strict mode lets Larder's basic variables through (`PATH`, `HOME` …); false: `passThrough` is all. */
  readonly basic: boolean;
}

/** Which of a task's output people see, in Turborepo's words. */
export type OutputLogs = 'full' | 'hash-only' | 'new-only' | 'errors-only' | 'none';

export type NamedInputs = Readonly<Record<string, readonly InputDefinition[]>>;

/** One declared input, parsed from Nx's grammar (a string or an object) or contributed by a plugin. */
export type InputDefinition =
  /** `of: 'dependencies'` is `^pattern`: in the projects that this one depends on, transitively. */
  | {
      readonly kind: 'fileset';
      readonly pattern: string;
      readonly of: InputScope;
      /** Looked for on disk, ignored files included. Works on its own: other filesets take nothing from it. */
      readonly includeIgnored?: true;
    }
  | { readonly kind: 'named'; readonly name: string; readonly of: InputScope }
  | { readonly kind: 'env'; readonly name: string }
  | { readonly kind: 'runtime'; readonly command: string }
  | { readonly kind: 'external'; readonly packages: readonly string[] }
  | {
      readonly kind: 'dependent-outputs';
      readonly pattern: string;
      readonly transitive: boolean;
      /** Larder's own: of these direct dependencies alone (`t`, `^t`, `project:t`). Absent: of all. */
      readonly from?: readonly string[];
    }
  | { readonly kind: 'working-directory'; readonly mode: 'absolute' | 'relative' }
  | {
      readonly kind: 'json';
      readonly pattern: string;
      readonly fields: readonly string[] | null;
      readonly excludeFields: readonly string[];
    }
  /** Larder's own: the hash differs between operating systems, or between them and processor kinds. */
  | { readonly kind: 'platform'; readonly of: 'os' | 'os-arch' }
  /** An input kind that a plugin contributed; `options` were validated by the plugin. */
  | { readonly kind: 'plugin'; readonly inputKind: string; readonly options: JsonObject };

export type InputScope =
  | DependencyScope
  /** What `^` means for each of these projects, without the projects themselves. */
  | { readonly kind: 'dependencies-of'; readonly projects: readonly string[] };

export type DependencyScope =
  | { readonly kind: 'self' }
  | { readonly kind: 'dependencies' }
  | { readonly kind: 'projects'; readonly projects: readonly string[] };

/** One entry of `dependsOn`, parsed. */
export interface TargetDependency {
  /** May hold wildcards (`build-*`). */
  readonly target: string;
  readonly of: DependencyScope;
  readonly params: 'forward' | 'ignore';
  readonly options: 'forward' | 'ignore';
  /** False: the hash of a continuous dependency does not count. As in Nx, others always count. */
  readonly inputs: boolean;
  /** Of a continuous dependency: to be ready by its `readyWhen`. Absent: to have started. */
  readonly waitFor?: 'ready';
}

export interface ProjectEdge {
  readonly dependency: ProjectName;
  readonly kind: 'static' | 'dynamic' | 'implicit';
  /** The file that makes the edge, where one does. */
  readonly sourceFile: WorkspacePath | null;
}

/** A package outside the workspace, as the lockfile resolves it for one importer. */
export interface ExternalPackage {
  /** Unique: `name@version`, with whatever else the lockfile distinguishes (peers, patches). */
  readonly key: string;
  readonly name: string;
  readonly version: string;
  /** Integrity, or another text that changes when the package's bytes do; `''` where unknown. */
  readonly integrity: string;
  /** Keys of the packages that it uses. */
  readonly dependencies: readonly string[];
}

export interface Externals {
  readonly packages: ReadonlyMap<string, ExternalPackage>;
  /** By project root: dependency name -> key of the package that it resolves to there. */
  readonly resolutions: ReadonlyMap<WorkspacePath, ReadonlyMap<string, string>>;
  /** Text that invalidates everything when it changes (overrides, patches not attributable), `''` mostly. */
  readonly globalKey: string;
}

export interface ProjectGraph {
  /** Sorted by name. */
  readonly projects: ReadonlyMap<ProjectName, Project>;
  /** Every project has an entry; edges are sorted by name, without duplicates or self-edges. */
  readonly dependencies: ReadonlyMap<ProjectName, readonly ProjectEdge[]>;
  readonly externals: Externals;
}
