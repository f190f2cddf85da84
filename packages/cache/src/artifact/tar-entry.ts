/** One member of a tar archive, as Larder writes it and as it accepts it. */
export interface TarEntry {
  readonly kind: 'file' | 'directory' | 'symlink';
  /** Without a trailing slash. */
  readonly path: string;
  readonly mode: number;
  /** Of the body; 0 but for files. */
  readonly sizeBytes: number;
  /** `''` but for symbolic links. */
  readonly linkTarget: string;
}

export const blockBytes = 512;

/** Zeros that fill the last block of a body. */
export function paddingOf(sizeBytes: number): number {
  return (blockBytes - (sizeBytes % blockBytes)) % blockBytes;
}
