import { readFileSync } from 'node:fs';

/** What the numbers of `/proc` count in. */
export interface KernelUnits {
  readonly pageBytes: number;
  readonly tickMs: number;
}

/** The entries of the auxiliary vector that are looked for, getauxval(3). */
const pageSizeType = 6;
const clockTickType = 17;

/** Null where nobody tells. The kernel hands both to every program when it starts. */
export function readKernelUnits(): KernelUnits | null {
  if (process.platform !== 'linux') return null;
  try {
    return parseAuxiliaryVector(readFileSync('/proc/self/auxv'));
  } catch {
    return null;
  }
}

/** Pairs of native words, type and value: all of Node's 64-bit Linux platforms but s390x are little-endian. */
export function parseAuxiliaryVector(vector: Uint8Array): KernelUnits | null {
  const view = new DataView(vector.buffer, vector.byteOffset, vector.byteLength);
  let pageBytes = 0;
  let ticksPerSecond = 0;
  for (let at = 0; at + 16 <= view.byteLength; at += 16) {
    const type = Number(view.getBigUint64(at, true));
    const value = Number(view.getBigUint64(at + 8, true));
    if (type === pageSizeType) pageBytes = value;
    else if (type === clockTickType) ticksPerSecond = value;
  }
  const plausible = pageBytes >= 4096 && pageBytes <= 1 << 20 && ticksPerSecond >= 1 && ticksPerSecond <= 10_000;
  return plausible ? { pageBytes, tickMs: 1000 / ticksPerSecond } : null;
}
