import type { ProjectName, WorkspacePath } from '../ids.ts';
import type { JsonObject } from '../json.ts';

/**
 * Patterns over the files of one project, or of the whole workspace. A file is in it when it belongs to
 * the owner and matches any `include` and no `exclude`; the order of patterns does not matter. Shared:
 * the same patterns on the same project are the same object for every task.
 */
export interface Fileset {
  /** `disk`: ignored files count like any other, and are looked for when they are hashed. */
  readonly source: 'workspace' | 'disk';
  /** Null: the whole workspace, whichever project a file belongs to. */
  readonly project: ProjectName | null;
  /** Sorted, relative to the workspace, tokens expanded. */
  readonly include: readonly string[];
  /** Sorted, without the `!`. */
  readonly exclude: readonly string[];
  /** The patterns on one line, `!` before those that take away. For people: nothing is told apart by it. */
  readonly label: string;
  /** Folders or files outside of which nothing matches; none lies below another. */
  readonly bases: readonly WorkspacePath[];
  /** The same patterns before a task's own outputs are taken away: a set that tasks share, so that it is listed once. */
  readonly within?: Fileset;
  /** The whole test, by path alone: it holds for files that are gone, too. */
  readonly matches: (path: WorkspacePath) => boolean;
}

/** Parts of JSON files: only these fields count, or all but those. */
export interface JsonInput {
  readonly fileset: Fileset;
  /** Dotted keys, sorted. Null: all. */
  readonly fields: readonly string[] | null;
  readonly excludeFields: readonly string[];
  readonly label: string;
}

/**
 * What one input comes to in one other project, as for `^production` in each dependency project.
 * Groups refer to the groups of the projects further down, so that a task holds one per direct
 * dependency and all tasks share them; a cycle between projects makes a cycle between groups.
 */
export interface InputGroup {
  readonly project: ProjectName;
  /** For example `^production from ui`. For people: nothing is told apart by it. */
  readonly label: string;
  readonly filesets: readonly Fileset[];
  readonly json: readonly JsonInput[];
  readonly dependencies: readonly InputGroup[];
}

export interface DependentOutputs {
  readonly pattern: string;
  readonly transitive: boolean;
  /** Of these direct dependencies alone: `t` of the own project, `^t` of others, `project:t`. Absent: of all. */
  readonly from?: readonly string[];
}

export interface PluginInput {
  readonly inputKind: string;
  readonly options: JsonObject;
  /** Kind and options on one line. Unique. */
  readonly label: string;
}

/** Which packages from outside the workspace count. */
export type ExternalInputs =
  /** Those that the project, the projects that it depends on and the root manifest ask for. */
  { readonly kind: 'all' } | { readonly kind: 'named'; readonly packages: readonly string[] };

/**
 * Everything that a task declares to depend on, resolved as far as is possible without looking at a
 * file: named inputs unfolded, tokens expanded, patterns compiled. Lists are sorted and free of
 * duplicates. Tasks of one project that declare the same inputs share one object.
 */
export interface TaskInputs {
  readonly filesets: readonly Fileset[];
  readonly json: readonly JsonInput[];
  /** Inputs in other projects, by label. */
  readonly groups: readonly InputGroup[];
  /** Names of variables, from the groups as well; the same holds for those below. */
  readonly env: readonly string[];
  /** Command lines. */
  readonly runtime: readonly string[];
  readonly plugin: readonly PluginInput[];
  readonly platform: 'os' | 'os-arch' | null;
  readonly workingDirectory: 'absolute' | 'relative' | null;
  readonly externals: ExternalInputs;
  readonly dependentOutputs: readonly DependentOutputs[];
}
