/**
 * What one artifact may hold. The same limits apply when it is stored, so that nothing is stored that cannot be restored.
 * They bound what is unpacked, however few bytes were packed: each part has a size that is known before it is read.
 */
export interface ArtifactLimits {
  readonly maxEntries: number;
  readonly maxManifestBytes: number;
  /** Of the paths of all outputs and of all folders on the way to them, each once. */
  readonly maxPathCharacters: number;
  readonly maxTerminalOutputBytes: number;
  /** Of all output files together, unpacked. */
  readonly maxOutputBytes: number;
}

const mebibyte = 1024 * 1024;

/** Generous: they stop an attack, not a build. */
export const defaultArtifactLimits: ArtifactLimits = {
  maxEntries: 500_000,
  maxManifestBytes: 128 * mebibyte,
  maxPathCharacters: 256 * mebibyte,
  maxTerminalOutputBytes: 64 * mebibyte,
  maxOutputBytes: 16 * 1024 * mebibyte,
};
