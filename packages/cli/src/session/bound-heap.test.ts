import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

const megabyte = 1024 * 1024;

/** What a process has that holds on to 60 MB of small objects after it has called the function; at its exit, too. */
function runWith(files: number): { readonly youngBytes: number; readonly codeVersionsAtExit: number } {
  const script = `
    import { cachedDataVersionTag, getHeapSpaceStatistics } from 'node:v8';
    import { createHeapBounds } from './bound-heap.ts';
    const codeVersions = new Set([cachedDataVersionTag()]);
    let youngBytes = 0;
    process.on('exit', () => {
      codeVersions.add(cachedDataVersionTag());
      console.log(JSON.stringify({ youngBytes, codeVersionsAtExit: codeVersions.size }));
    });
    createHeapBounds()(${files});
    const held = Array.from({ length: 1_000_000 }, (_, index) => ({ index }));
    youngBytes = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space').space_size;
    if (held.length === 0) process.exit(1);`;
  const options = { cwd: import.meta.dirname, encoding: 'utf8' as const };
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], options)) as never;
}

test('the space for young objects stays small where many files are', () => {
  expect(runWith(1_000_000).youngBytes).toBeLessThan(8 * megabyte);
});

test('it grows where few are', () => {
  expect(runWith(10).youngBytes).toBeGreaterThan(8 * megabyte);
});

test('what listens to the exit compiles by the flags of the start', () => {
  expect(runWith(1_000_000).codeVersionsAtExit).toBe(1);
});
