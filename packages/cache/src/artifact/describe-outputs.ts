import { createHash, hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { FoundOutput } from '../outputs/found-output.ts';
import { compareOutputs } from './check-outputs.ts';
import type { ManifestOutput } from './manifest.ts';
import { readLargeFile, readSmallFile, smallFileBytes, type FoundFile } from './read-output-file.ts';

export interface DescribedOutputs {
  /** In the order of the manifest. */
  readonly outputs: readonly ManifestOutput[];
  /** Contents that need not be read again. */
  readonly kept: ReadonlyMap<string, Buffer>;
}

/** So much is kept in memory between digesting and packing; files beyond are read a second time. */
const maxKeptBytes = 16 * 1024 * 1024;
const blockingBytes = 8 * 1024 * 1024;

/** Digests what a task produced. Rejects with `OutputTrouble` where a file is being written to. */
export async function describeOutputs(
  rootAbsolute: string,
  found: readonly FoundOutput[],
  signal: AbortSignal,
): Promise<DescribedOutputs> {
  const kept = new Map<string, Buffer>();
  const outputs: ManifestOutput[] = [];
  let [keptBytes, readBytes] = [0, 0];
  for (const output of found) {
    if (output.kind !== 'file') {
      outputs.push(describeOther(output));
      continue;
    }
    const { path, stat } = output;
    const small = stat.sizeBytes <= smallFileBytes ? readSmallFile(rootAbsolute, output) : null;
    if (small !== null && keptBytes + small.length <= maxKeptBytes) {
      keptBytes += small.length;
      kept.set(path, small);
    }
    const sha256 = small === null ? await digestLargeFile(rootAbsolute, output) : hash('sha256', small, 'hex');
    outputs.push({ kind: 'file', path, mode: stat.mode, sizeBytes: stat.sizeBytes, sha256 });
    readBytes += small?.length ?? 0;
    if (readBytes > blockingBytes) {
      readBytes = 0;
      await setImmediate(undefined, { signal });
    }
  }
  return { outputs: outputs.sort(compareOutputs), kept };
}

/** SHA-256 of a file that still has the stat with which it was found. Rejects with `OutputTrouble` otherwise. */
export async function digestFile(rootAbsolute: string, found: FoundFile): Promise<string> {
  return found.stat.sizeBytes <= smallFileBytes
    ? hash('sha256', readSmallFile(rootAbsolute, found), 'hex')
    : await digestLargeFile(rootAbsolute, found);
}

async function digestLargeFile(rootAbsolute: string, found: FoundFile): Promise<string> {
  const digest = createHash('sha256');
  for await (const piece of readLargeFile(rootAbsolute, found)) digest.update(piece);
  return digest.digest('hex');
}

function describeOther(output: FoundOutput): ManifestOutput {
  const { path } = output;
  return output.kind === 'symlink'
    ? { kind: 'symlink', path, target: output.target }
    : { kind: 'directory', path, mode: output.stat.mode };
}
