import { expect, test } from 'vitest';
import { compareCosts } from './compare-costs.ts';
import { formatChanges } from './format-changes.ts';
import { parseStrace } from './parse-strace.ts';

test('calls of files are counted, those of memory and threads are not', () => {
  const trace = `execve("/bin/node", ["node"], 0x7ffd /* 35 vars */) = 0
openat(AT_FDCWD, "/w/bundle/larder.js", O_RDONLY|O_CLOEXEC) = 17
openat(AT_FDCWD, "/w/missing.js", O_RDONLY) = -1 ENOENT (No such file or directory)
read(17, "a = 5"..., 8192)               = 5
read(17, "", 8192)                      = 0
openat(AT_FDCWD, "/w/data.js", O_RDONLY) = 18
statx(AT_FDCWD, "/w", AT_STATX_SYNC_AS_STAT, STATX_ALL, {stx_mask=STATX_ALL, stx_size=1}) = 0
futex(0x7fff, FUTEX_WAKE_PRIVATE, 1)    = 1
mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, -1, 0) = 0x7f982a544000
+++ exited with 0 +++`;
  expect(parseStrace(trace.split('\n'), '/w/bundle/')).toEqual({
    fileCalls: 6,
    opened: 2,
    bytesRead: 5,
    processes: 1,
    chunks: 1,
  });
});

test('looks at running processes do not count, whose number depends on how long these take', () => {
  const trace = `openat(AT_FDCWD, "/proc/4711/stat", O_RDONLY|O_CLOEXEC) = 21
read(21, "4711 (sh) S"..., 4096)        = 300
close(21)                               = 0
openat(AT_FDCWD, "/proc", O_RDONLY|O_DIRECTORY) = 21
getdents64(21, 0x1f /* 90 entries */, 32768) = 2400
close(21)                               = 0
openat(AT_FDCWD, "/w/a.txt", O_RDONLY|O_CLOEXEC) = 21
read(21, "text", 4096)                  = 4
close(21)                               = 0
+++ exited with 0 +++`;
  const counted = parseStrace(trace.split('\n'), '/w/bundle/');
  expect(counted).toEqual({ fileCalls: 3, opened: 1, bytesRead: 4, processes: 0, chunks: 0 });
});

const verdictOf = (cost: string, baseline: number, found: number): string | undefined =>
  compareCosts({ unchanged: { [cost]: baseline } }, { unchanged: { [cost]: found } })[0]?.verdict;

test('a little more is the same, more than the tolerance is worse, a tenth less is better', () => {
  expect(verdictOf('fileCalls', 1_000, 1_060)).toBe('same');
  expect(verdictOf('fileCalls', 1_000, 1_061)).toBe('worse');
  expect(verdictOf('fileCalls', 1_000, 890)).toBe('same');
  expect(verdictOf('fileCalls', 1_000, 889)).toBe('better');
});

test('one process more is worse', () => {
  expect(verdictOf('processes', 0, 1)).toBe('worse');
});

test('a cost that this machine cannot count is left out', () => {
  expect(compareCosts({ unchanged: { megaInstructions: 500 } }, { unchanged: { fileCalls: 3 } })).toEqual([]);
});

test('the text says what to do about what got worse, and nothing where all is the same', () => {
  const worse = formatChanges(compareCosts({ unchanged: { processes: 0 } }, { unchanged: { processes: 2 } }));
  expect(worse).toMatch(/^unchanged +processes +0 -> +2 +WORSE$/m);
  expect(worse).toContain('node bench/gate.ts --update');
  const same = formatChanges(compareCosts({ unchanged: { processes: 0 } }, { unchanged: { processes: 0 } }));
  expect(same).not.toContain('--update');
});
