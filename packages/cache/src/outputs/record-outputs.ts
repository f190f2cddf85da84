import type { TaskHash } from '@larder/core';
import type { ManifestOutput } from '../artifact/manifest.ts';
import { findOutput, type FoundOutput } from './found-output.ts';
import type { Selection } from './output-selector.ts';
import type { OutputsTable, RecordedDirectory, RecordedOutput } from './outputs-table.ts';

export interface OutputsToRecord extends Pick<OutputsTable, 'task' | 'executionMs' | 'sizeBytes' | 'terminalOutput'> {
  readonly hash: TaskHash;
  readonly outputs: readonly ManifestOutput[];
  /** What was looked at already, files before their contents were read; others are looked at now. */
  readonly found: ReadonlyMap<string, FoundOutput>;
  /** Wall clock before the selection and the first of these looks: what changed since then is told by its times. */
  readonly recordedAtMs: number;
}

/** The table for outputs that were exactly `outputs` when they were selected; null where they were not. */
export function recordOutputs(
  rootAbsolute: string,
  selection: Selection,
  { outputs, found, ...facts }: OutputsToRecord,
): OutputsTable | null {
  if (selection.linkedParent !== null || selection.outputs.length !== outputs.length) return null;
  const find = (path: string): FoundOutput | null => found.get(path) ?? findOutput(rootAbsolute, path);
  const present = new Set(selection.outputs.map(({ path }) => path));
  const recorded: RecordedOutput[] = [];
  for (const output of outputs) {
    const row = present.has(output.path) ? toRecorded(output, find(output.path)) : null;
    if (row === null) return null;
    recorded.push(row);
  }
  const listed: RecordedDirectory[] = [];
  const absent = selection.absent.map(({ path }) => path);
  for (const path of selection.listed) {
    const directory = find(path);
    if (directory === null) absent.push(path);
    else listed.push({ path, stat: directory.stat });
  }
  return { ...facts, outputs: recorded, listed, absent };
}

function toRecorded(output: ManifestOutput, found: FoundOutput | null): RecordedOutput | null {
  if (found === null || found.kind !== output.kind) return null;
  const { path, stat } = found;
  switch (output.kind) {
    case 'directory':
      return { kind: 'directory', path, stat };
    case 'file':
      return stat.sizeBytes === output.sizeBytes ? { kind: 'file', path, stat, sha256: output.sha256 } : null;
    case 'symlink':
      return found.kind === 'symlink' && found.target === output.target
        ? { kind: 'symlink', path, stat, target: output.target }
        : null;
  }
}
