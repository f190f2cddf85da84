import { setFlagsFromString } from 'node:v8';

/** Below, a run ends before the heap has grown to where it hurts. */
const manyFiles = 5_000;

/**
 * Keeps what V8 takes near what is in use, from when so many files are known; called again and again as they are counted.
 *
 * - The space for young objects keeps the size that it has by then. It doubles with what survives, up to 32 MB, and there
 *   are two of it: 64 MB of a run over 1,000 projects held nothing but garbage, for 2 % fewer instructions.
 * - That for old ones is looked through when it has grown by a quarter, instead of when it has doubled or more.
 * - TurboFan is left out, whose threads hold 10 MB: Maglev's code is as fast for what a run does once for each task, and
 *   what the other's would save later costs a tenth of the instructions of a run first.
 *
 * Code that was compiled under other flags is refused by V8, that of Node's own modules too: so not where few files are,
 * and not any more when code is kept for the next process.
 */
export function createHeapBounds(): (files: number) => void {
  let isBound = false;
  return (files) => {
    if (isBound || files < manyFiles) return;
    isBound = true;
    setFlags(['--semi-space-growth-factor=1', '--heap-growing-percent=25', '--no-turbofan']);
    process.prependListener('exit', () => setFlags(usual));
  };
}

/** V8's own. */
const usual = ['--semi-space-growth-factor=2', '--heap-growing-percent=0', '--turbofan'];

function setFlags(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
