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

const version = 2;
const digestLength = 32;
/** Of a stat: mode, size, mtime, ctime and inode. */
const numbersPerStat = 5;

/**
 * `<digest of the rest>\n<JSON>\n<stats><terminal output>`: half a file or an edited one is never believed. Every run
 * reads the tables of all its tasks, and parsing numbers from text would take most of the time; so stats are numbers as
 * this machine has them, first those of the outputs, then those of the directories that were listed.
 */
export function encodeOutputsTable(table: OutputsTable, digest: DigestFunction): Buffer {
  const { terminalOutput, outputs, listed, ...facts } = table;
  const head: EncodedHead = {
    v: version,
    ...facts,
    kinds: outputs.map(({ kind }) => kind),
    paths: outputs.map(({ path }) => path),
    contents: outputs.map(contentOf),
    listed: listed.map(({ path }) => path),
  };
  const stats = encodeStats([...outputs, ...listed]);
  const rest = Buffer.concat([Buffer.from(`\n${JSON.stringify(head)}\n`), stats, terminalOutput]);
  return Buffer.concat([Buffer.from(digest(rest)), rest]);
}

/** Null where the bytes are not such a table, whole. */
export function parseOutputsTable(bytes: Buffer, digest: DigestFunction): OutputsTable | null {
  const rest = bytes.subarray(digestLength);
  const end = rest.indexOf('\n', 1);
  if (end === -1 || bytes.toString('latin1', 0, digestLength) !== digest(rest)) return null;
  const head = JSON.parse(rest.toString('utf8', 1, end)) as EncodedHead;
  if (head.v !== version) return null;
  const { task, hash, recordedAtMs, executionMs, sizeBytes, absent } = head;
  const stats = new Float64Array((head.paths.length + head.listed.length) * numbersPerStat);
  const statBytes = Buffer.from(stats.buffer);
  rest.copy(statBytes, 0, end + 1);
  const outputs = head.paths.map((path, at) => {
    return toOutput(head.kinds[at]!, { path, stat: statAt(stats, at), content: head.contents[at]! });
  });
  const listed = head.listed.map((path, at) => ({ path, stat: statAt(stats, outputs.length + at) }));
  const terminalOutput = rest.subarray(end + 1 + statBytes.length);
  return { task, hash, recordedAtMs, executionMs, sizeBytes, outputs, listed, absent, terminalOutput };
}

/** Written by this file alone and covered by the digest: trusted once the digest and the version are right. */
interface EncodedHead extends Pick<
  OutputsTable,
  'task' | 'hash' | 'recordedAtMs' | 'executionMs' | 'sizeBytes' | 'absent'
> {
  readonly v: number;
  readonly kinds: readonly RecordedOutput['kind'][];
  readonly paths: readonly string[];
  readonly contents: readonly string[];
  readonly listed: readonly string[];
}

function contentOf(output: RecordedOutput): string {
  switch (output.kind) {
    case 'file':
      return output.sha256;
    case 'symlink':
      return output.target;
    case 'directory':
      return '';
  }
}

function toOutput(
  kind: RecordedOutput['kind'],
  { path, stat, content }: { readonly path: string; readonly stat: FileStat; readonly content: string },
): RecordedOutput {
  switch (kind) {
    case 'directory':
      return { kind, path, stat };
    case 'file':
      return { kind, path, stat, sha256: content };
    case 'symlink':
      return { kind, path, stat, target: content };
  }
}

function encodeStats(rows: readonly { readonly stat: FileStat }[]): Buffer {
  const numbers = rows.flatMap(({ stat }) => [stat.mode, stat.sizeBytes, stat.mtimeMs, stat.ctimeMs, stat.ino]);
  return Buffer.from(Float64Array.from(numbers).buffer);
}

function statAt(stats: Float64Array, row: number): FileStat {
  const at = row * numbersPerStat;
  return {
    mode: stats[at]!,
    sizeBytes: stats[at + 1]!,
    mtimeMs: stats[at + 2]!,
    ctimeMs: stats[at + 3]!,
    ino: stats[at + 4]!,
  };
}
