/** What one artifact may hold. The same limits apply when it is stored, so that nothing is stored that cannot be restored. */
export interface ArtifactLimits {
  readonly maxEntries: number;
  readonly maxManifestBytes: number;
  /** Of the paths of all outputs and of all folders on the way to them, each once. */
  readonly maxPathCharacters: number;
  readonly maxTerminalOutputBytes: number;
  /** Of all output files together, unpacked. */
  readonly maxOutputBytes: number;
  /** Unpacked bytes for each packed one; counts from `freeExpansionBytes` on, because small repetitive files pack well. */
  readonly maxExpansion: number;
  readonly freeExpansionBytes: number;
}

const mebibyte = 1024 * 1024;

/** Generous: they stop an attack, not a build. zstd itself reaches 32,768:1 on zeros, gzip 1,032:1. */
export const defaultArtifactLimits: ArtifactLimits = {
  maxEntries: 500_000,
  maxManifestBytes: 128 * mebibyte,
  maxPathCharacters: 256 * mebibyte,
  maxTerminalOutputBytes: 64 * mebibyte,
  maxOutputBytes: 16 * 1024 * mebibyte,
  maxExpansion: 20_000,
  freeExpansionBytes: 256 * mebibyte,
};
