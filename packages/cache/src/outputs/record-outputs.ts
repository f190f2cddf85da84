import type { TaskHash } from '@larder/core';
import type { ManifestOutput } from '../artifact/manifest.ts';
import { findOutput, type FoundOutput } from './found-output.ts';
import type { OutputSelector, Selection } from './output-selector.ts';
import { readDiskTree } from './output-tree.ts';
import type { OutputsTable, RecordedDirectory, RecordedOutput } from './outputs-table.ts';

export interface OutputsToRecord extends Pick<OutputsTable, 'task' | 'executionMs' | 'sizeBytes' | 'terminalOutput'> {
  readonly hash: TaskHash;
  readonly outputs: readonly ManifestOutput[];
  /** Files and links whose stats were taken before their contents were read; the stats of others are taken now. */
  readonly found: ReadonlyMap<string, FoundOutput>;
  /** Wall clock before the first of these stats. */
  readonly recordedAtMs: number;
}

/** The table for outputs that are exactly `outputs`; null where they no longer are. */
export function recordOutputs(
  rootAbsolute: string,
  selector: OutputSelector,
  { outputs, found, ...facts }: OutputsToRecord,
): OutputsTable | null {
  const selection = selector.select(readDiskTree(rootAbsolute));
  if (selection.linkedParent !== null || selection.outputs.length !== outputs.length) return null;
  const present = new Set(selection.outputs.map(({ path }) => path));
  const recorded: RecordedOutput[] = [];
  for (const output of outputs) {
    if (!present.has(output.path)) return null;
    const row = toRecorded(output, found.get(output.path) ?? findOutput(rootAbsolute, output.path));
    if (row === null) return null;
    recorded.push(row);
  }
  const listed: RecordedDirectory[] = [];
  const absent = selection.absent.map(({ path }) => path);
  for (const path of selection.listed) {
    const directory = findOutput(rootAbsolute, path);
    if (directory === null) absent.push(path);
    else listed.push({ path, stat: directory.stat });
  }
  return { ...facts, outputs: recorded, listed, absent };
}

/** The same for outputs that were all put in place where none was: `found` has each of them, and no disk is asked. */
export function recordPlaced(
  { listed, absent }: Selection,
  { outputs, found, ...facts }: OutputsToRecord,
): OutputsTable | null {
  const rows = outputs.map((output) => toRecorded(output, found.get(output.path) ?? null));
  const directories = listed.map((path) => found.get(path)).filter((directory) => directory !== undefined);
  if (rows.includes(null) || directories.length < listed.length) return null;
  return {
    ...facts,
    outputs: rows.filter((row) => row !== null),
    listed: directories.map(({ path, stat }) => ({ path, stat })),
    absent: absent.map(({ path }) => path),
  };
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
