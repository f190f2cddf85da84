import { asDigest, asWorkspacePath, type DigestFunction, type OutputFile } from '@larder/core';
import { digestFile } from '../artifact/describe-outputs.ts';
import type { FoundOutput } from './found-output.ts';
import { readOutputs } from './read-outputs.ts';

/**
 * What a task produced, with the digests that count where another task takes these files as inputs.
 * A file's digest is that of its SHA-256 in hex, which artifacts record. Refused outputs count as none:
 * they are in no artifact either. Rejects with errors of the file system.
 */
export async function readOutputFiles(
  rootAbsolute: string,
  patterns: readonly string[],
  digest: DigestFunction,
): Promise<readonly OutputFile[]> {
  const outputs = await readOutputs(rootAbsolute, patterns);
  if (outputs.kind === 'refused') return [];
  const files: OutputFile[] = [];
  for (const found of outputs.found) files.push(await describe(rootAbsolute, found, digest));
  return files;
}

async function describe(rootAbsolute: string, found: FoundOutput, digest: DigestFunction): Promise<OutputFile> {
  const { kind, stat } = found;
  const path = asWorkspacePath(found.path);
  const facts = { path, kind, sizeBytes: stat.sizeBytes, mode: stat.mode };
  switch (found.kind) {
    case 'file':
      return { ...facts, digest: digest(await digestFile(rootAbsolute, found)) };
    case 'symlink':
      return { ...facts, digest: digest(found.target) };
    case 'directory':
      return { ...facts, digest: asDigest('') };
  }
}
