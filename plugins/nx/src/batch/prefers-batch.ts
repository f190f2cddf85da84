/**
 * Whether this version of nx batches by `preferBatch` of the executor, and shows the result of each task: 22.6 and
 * later do. Earlier ones batch where NX_BATCH_MODE says so, and leave it to the batch to print.
 */
export function prefersBatch(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 6);
}
