import type { TaskId, WorkspacePath } from './ids.ts';

/** Where in a file a problem stands. Lines and columns count from 1; `length` is in characters. */
export interface SourceLocation {
  readonly file: WorkspacePath;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/**
 * Something wrong that a person must know. Carries data and a stable code; prose is built in
 * `@larder/report` (`describeProblem`), which must handle every code.
 */
export type Problem = ProblemFacts & {
  readonly severity: 'error' | 'warning';
  readonly location?: SourceLocation;
};

export type ProblemFacts =
  /** The text of a JSON, JSONC or YAML file does not parse. */
  | { readonly code: 'invalid-syntax'; readonly file: string; readonly detail: string }
  /** A value in a configuration file is not what the schema allows. `path` is the dotted key. */
  | {
      readonly code: 'invalid-value';
      readonly file: string;
      readonly path: string;
      readonly found: string;
      readonly allowed: string;
    }
  | { readonly code: 'unknown-key'; readonly file: string; readonly path: string; readonly near: readonly string[] }
  | { readonly code: 'unreadable-file'; readonly file: string; readonly detail: string }
  | { readonly code: 'unwritable-file'; readonly file: string; readonly detail: string }
  | { readonly code: 'no-workspace'; readonly directory: string }
  /** `members`: what the package manager's workspaces name, where nothing else can be a project. */
  | { readonly code: 'no-projects'; readonly members: readonly string[] | null }
  | { readonly code: 'duplicate-project'; readonly project: string; readonly roots: readonly string[] }
  | { readonly code: 'unknown-project'; readonly project: string; readonly near: readonly string[] }
  /** A text that is no task's name. `target`: where it is the name of a target; `near`: tasks that it may mean. */
  | {
      readonly code: 'unknown-task';
      readonly task: string;
      readonly target: string | null;
      readonly near: readonly string[];
    }
  | { readonly code: 'unknown-target'; readonly target: string; readonly near: readonly string[] }
  | {
      readonly code: 'unknown-configuration';
      readonly task: string;
      readonly configuration: string;
      readonly near: readonly string[];
    }
  | { readonly code: 'unknown-named-input'; readonly input: string; readonly near: readonly string[] }
  | { readonly code: 'unknown-executor'; readonly executor: string; readonly task: string }
  | { readonly code: 'unknown-plugin'; readonly plugin: string; readonly detail: string }
  | { readonly code: 'plugin-failed'; readonly plugin: string; readonly detail: string }
  /** `cycle` starts and ends with the same task. */
  | { readonly code: 'task-cycle'; readonly cycle: readonly TaskId[] }
  | { readonly code: 'output-outside-workspace'; readonly task: string; readonly output: string }
  | { readonly code: 'unsupported'; readonly feature: string; readonly detail: string }
  | { readonly code: 'not-a-git-repository'; readonly directory: string }
  /** `directory`: of the repository, where git names it. `detail`: in git's words. */
  | { readonly code: 'git-unusable'; readonly directory: string; readonly fault: GitFault; readonly detail: string }
  | { readonly code: 'no-commits'; readonly directory: string }
  /** `found`: what has the name and is no commit, such as `a tree`. */
  | {
      readonly code: 'unknown-git-ref';
      readonly ref: string;
      readonly shallow: boolean;
      readonly found: string | null;
    }
  | { readonly code: 'no-merge-base'; readonly base: string; readonly head: string; readonly shallow: boolean }
  | { readonly code: 'runtime-input-failed'; readonly command: string; readonly detail: string }
  | { readonly code: 'usage'; readonly detail: string; readonly near: readonly string[] };

/** Of a repository or of git itself: not there, another user's, an index or more than that which is damaged. */
export type GitFault = 'missing' | 'owner' | 'index' | 'damaged' | 'other';

export type ProblemCode = ProblemFacts['code'];

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}
