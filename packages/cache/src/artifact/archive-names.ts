import type { ManifestOutput } from './manifest.ts';
import type { TarEntry } from './tar-entry.ts';

export const manifestName = 'manifest.json';
/** Optional; directly after the manifest. */
export const signatureName = 'signature.json';
export const terminalOutputName = 'terminal-output';
const outputsFolder = 'outputs/';

/** The mode of the archive's own entries. */
export const ownMode = 0o644;

/** How an output stands in the archive. */
export function toTarEntry(output: ManifestOutput): TarEntry {
  const path = outputsFolder + output.path;
  switch (output.kind) {
    case 'directory':
      return { kind: output.kind, path, mode: output.mode, sizeBytes: 0, linkTarget: '' };
    case 'file':
      return { kind: output.kind, path, mode: output.mode, sizeBytes: output.sizeBytes, linkTarget: '' };
    case 'symlink':
      return { kind: output.kind, path, mode: 0o777, sizeBytes: 0, linkTarget: output.target };
  }
}
