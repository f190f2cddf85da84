/** Files take whole blocks. */
const blockBytes = 4096;

/** What a file of that size takes on disk. */
export function roundToBlocks(sizeBytes: number): number {
  return Math.ceil(sizeBytes / blockBytes) * blockBytes;
}
