import type { TaskHash } from '@larder/core';
import type { ManifestInput } from './manifest-inputs.ts';

export type ManifestOutput =
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  | {
      readonly kind: 'file';
      readonly path: string;
      /** Permission bits, 0o777 at most. */
      readonly mode: number;
      readonly sizeBytes: number;
      /** 64 lowercase hex digits, of the file's bytes. */
      readonly sha256: string;
    }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string };

/** The first entry of an artifact: everything about it but the bytes. Format: docs/artifact-format.md. */
export interface Manifest {
  readonly hash: TaskHash;
  readonly task: string;
  /** Whole milliseconds. */
  readonly executionMs: number;
  readonly terminalOutput: { readonly sizeBytes: number; readonly sha256: string };
  /** What the hash was made from, in the order in which it was hashed. Nothing is decided by it. */
  readonly inputs?: readonly ManifestInput[];
  /** Directories, then files, then symbolic links; each sorted by code unit. The order of the archive. */
  readonly outputs: readonly ManifestOutput[];
  readonly producer: { readonly larder: string; readonly platform: string };
}

export const manifestVersion = 1;

/** Canonical: keys sorted by code unit, no white space, UTF-8. One manifest has one encoding. */
export function encodeManifest(manifest: Manifest): Buffer {
  return Buffer.from(
    JSON.stringify({
      executionMs: manifest.executionMs,
      exitCode: 0,
      hash: manifest.hash,
      // JSON leaves out what is undefined.
      inputs: manifest.inputs?.map(({ digest, kind, name }) => ({ digest, kind, name })),
      outputs: manifest.outputs.map(withSortedKeys),
      producer: { larder: manifest.producer.larder, platform: manifest.producer.platform },
      task: manifest.task,
      terminalOutput: { sha256: manifest.terminalOutput.sha256, sizeBytes: manifest.terminalOutput.sizeBytes },
      v: manifestVersion,
    }),
  );
}

function withSortedKeys(output: ManifestOutput): ManifestOutput {
  switch (output.kind) {
    case 'directory':
      return { kind: output.kind, mode: output.mode, path: output.path };
    case 'file':
      return {
        kind: output.kind,
        mode: output.mode,
        path: output.path,
        sha256: output.sha256,
        sizeBytes: output.sizeBytes,
      };
    case 'symlink':
      return { kind: output.kind, path: output.path, target: output.target };
  }
}
