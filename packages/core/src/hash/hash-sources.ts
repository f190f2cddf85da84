import type { TaskId, WorkspacePath } from '../ids.ts';
import type { DigestFunction, OutputFile } from '../ports.ts';
import type { ProjectGraph } from '../project-graph/project.ts';
import type { Task, TaskGraph } from '../task-graph/task-graph.ts';
import type { WorkspaceFiles } from '../workspace-files.ts';
import type { PluginInput } from './inputs.ts';

/**
 * Where the values come from that go into hashes. What takes time to find out (`runtimeOutput`,
 * `pluginValue`) has been found out before; a source that throws makes `hashTask` throw the same.
 */
export interface HashSources {
  readonly digest: DigestFunction;
  readonly graph: ProjectGraph;
  readonly taskGraph: TaskGraph;
  readonly files: WorkspaceFiles;
  /** The disk as it is now, ignored files included; absent where `files` is all there is. */
  readonly diskFiles?: Pick<WorkspaceFiles, 'has' | 'under' | 'factsOf'>;
  /** Null where the file is gone. Asked for `json` inputs only. */
  readonly readText: (path: WorkspacePath) => string | null;
  /** As the task sees it. Undefined where it is not set, which is not the same as empty. */
  readonly env: (name: string, task: Task) => string | undefined;
  /** As Node names them: `linux`, `x64`. */
  readonly platform: { readonly os: string; readonly arch: string };
  /** The folder in which the command was given: absolute, or relative to the workspace's root. */
  readonly workingDirectory: (mode: 'absolute' | 'relative') => string;
  /** What the command line printed. */
  readonly runtimeOutput: (command: string) => string;
  readonly pluginValue: (task: Task, input: PluginInput) => string;
  /** Asked for finished tasks only. */
  readonly outputFilesOf: (task: TaskId) => readonly OutputFile[];
}
