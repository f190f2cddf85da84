import { readFileSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { join, relative, sep } from 'node:path';
import { ownValue, type HashSources, type OutputFile, type TaskGraph, type TaskId } from '@larder/core';
import { digest } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import type { DiskInputs } from './disk-inputs.ts';
import type { DotenvValues } from './dotenv-values.ts';
import type { InputValues } from './read-input-values.ts';

export interface HashWorld {
  readonly taskGraph: TaskGraph;
  readonly values: InputValues;
  /** What finished tasks produced, as far as others take it as input; filled before they are hashed. */
  readonly outputs: ReadonlyMap<TaskId, readonly OutputFile[]>;
  readonly disk: DiskInputs;
  /** Null where none are loaded. */
  readonly dotenv: DotenvValues | null;
}

/** Where the values come from that go into the hashes of a run. */
export function createHashSources(
  session: Session,
  terminal: Terminal,
  { taskGraph, values, outputs, disk, dotenv }: HashWorld,
): HashSources {
  const { rootAbsolute, workspace, graph } = session;
  return {
    digest,
    graph,
    taskGraph,
    files: workspace.files,
    diskFiles: disk.files,
    readText: (path) => (workspace.files.has(path) ? readFileSync(join(rootAbsolute, path), 'utf8') : null),
    env: (name, task) => ownValue(terminal.env, name) ?? dotenv?.valueOf(name, task),
    platform: { os: platform(), arch: arch() },
    workingDirectory: (mode) =>
      mode === 'absolute'
        ? terminal.workingDirectory
        : relative(rootAbsolute, terminal.workingDirectory).split(sep).join('/'),
    runtimeOutput: (command) => values.runtimeOutput(command),
    pluginValue: (task, input) => values.pluginValue(task, input),
    outputFilesOf: (task) => outputs.get(task) ?? [],
  };
}
