import type { DigestFunction, TaskHash, TaskId } from '@larder/core';
import type { FileStat } from './found-output.ts';

/** What a task's outputs looked like when Larder last put or found them right. */
export interface OutputsTable {
  readonly task: TaskId;
  readonly hash: TaskHash;
  /** Wall clock before the first stat was taken; see `isRacy`. */
  readonly recordedAtMs: number;
  readonly executionMs: number;
  /** Of the artifact. */
  readonly sizeBytes: number;
  readonly outputs: readonly RecordedOutput[];
  readonly listed: readonly RecordedDirectory[];
  /** Paths where nothing was, though something could have been. */
  readonly absent: readonly string[];
  readonly terminalOutput: Uint8Array;
}

export type RecordedOutput =
  | { readonly kind: 'directory'; readonly path: string; readonly stat: FileStat }
  | { readonly kind: 'file'; readonly path: string; readonly stat: FileStat; readonly sha256: string }
  | { readonly kind: 'symlink'; readonly path: string; readonly stat: FileStat; readonly target: string };

export interface RecordedDirectory {
  readonly path: string;
  readonly stat: FileStat;
}

const version = 1;
const digestLength = 32;

/** `<digest of the rest>\n<JSON>\n<terminal output>`: half a file or an edited one is never believed. */
export function encodeOutputsTable(table: OutputsTable, digest: DigestFunction): Buffer {
  const { terminalOutput, outputs, listed, ...facts } = table;
  const json = JSON.stringify({
    v: version,
    ...facts,
    outputs: outputs.map(toRow),
    listed: listed.map(toDirectoryRow),
  });
  const rest = Buffer.concat([Buffer.from(`\n${json}\n`), terminalOutput]);
  return Buffer.concat([Buffer.from(digest(rest)), rest]);
}

/** Null where the bytes are not such a table, whole. */
export function parseOutputsTable(bytes: Buffer, digest: DigestFunction): OutputsTable | null {
  const rest = bytes.subarray(digestLength);
  const end = rest.indexOf('\n', 1);
  if (end === -1 || bytes.toString('latin1', 0, digestLength) !== digest(rest)) return null;
  const json = JSON.parse(rest.toString('utf8', 1, end)) as EncodedTable;
  if (json.v !== version) return null;
  const { task, hash, recordedAtMs, executionMs, sizeBytes, absent } = json;
  const outputs = json.outputs.map(fromRow);
  const listed = json.listed.map(([path, ...stat]) => ({ path, stat: fromStatRow(stat) }));
  const terminalOutput = rest.subarray(end + 1);
  return { task, hash, recordedAtMs, executionMs, sizeBytes, outputs, listed, absent, terminalOutput };
}

/** Written by this file alone and covered by the digest: trusted once the digest and the version are right. */
interface EncodedTable extends Pick<
  OutputsTable,
  'task' | 'hash' | 'recordedAtMs' | 'executionMs' | 'sizeBytes' | 'absent'
> {
  readonly v: number;
  readonly outputs: readonly OutputRow[];
  readonly listed: readonly (readonly [path: string, ...StatRow])[];
}

type StatRow = readonly [mode: number, sizeBytes: number, mtimeMs: number, ctimeMs: number, ino: number];
type OutputRow = readonly [kind: RecordedOutput['kind'], path: string, content: string, ...StatRow];

function toRow(output: RecordedOutput): OutputRow {
  const content = output.kind === 'file' ? output.sha256 : output.kind === 'symlink' ? output.target : '';
  const { mode, sizeBytes, mtimeMs, ctimeMs, ino } = output.stat;
  return [output.kind, output.path, content, mode, sizeBytes, mtimeMs, ctimeMs, ino];
}

function fromRow([kind, path, content, ...row]: OutputRow): RecordedOutput {
  const stat = fromStatRow(row);
  switch (kind) {
    case 'directory':
      return { kind, path, stat };
    case 'file':
      return { kind, path, stat, sha256: content };
    case 'symlink':
      return { kind, path, stat, target: content };
  }
}

function toDirectoryRow({ path, stat }: RecordedDirectory): readonly [string, ...StatRow] {
  const { mode, sizeBytes, mtimeMs, ctimeMs, ino } = stat;
  return [path, mode, sizeBytes, mtimeMs, ctimeMs, ino];
}

function fromStatRow([mode, sizeBytes, mtimeMs, ctimeMs, ino]: StatRow): FileStat {
  return { mode, sizeBytes, mtimeMs, ctimeMs, ino };
}
