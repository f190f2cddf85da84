import { expect, test } from 'vitest';
import { decodePlainHeader, encodePlainHeader, isPlainEntry } from './plain-header.ts';
import { loadTarCodec } from './tar-codec.ts';
import type { TarEntry } from './tar-entry.ts';

const file: TarEntry = { kind: 'file', path: 'outputs/web/dist/a b.js', mode: 0o644, sizeBytes: 1234, linkTarget: '' };
const directory: TarEntry = { kind: 'directory', path: 'outputs/web/dist', mode: 0o755, sizeBytes: 0, linkTarget: '' };
const link: TarEntry = { kind: 'symlink', path: 'outputs/web/l', mode: 0o777, sizeBytes: 0, linkTarget: '../src/x' };

const plain: readonly TarEntry[] = [
  file,
  directory,
  link,
  { ...file, mode: 0 },
  { ...file, mode: 0o777, sizeBytes: 0 },
  { ...file, sizeBytes: 8 ** 10 - 1 },
  { ...file, path: 'x'.repeat(99) },
  { ...directory, path: 'x'.repeat(98) },
  { ...link, linkTarget: 'x'.repeat(100) },
];

const others: readonly TarEntry[] = [
  { ...file, path: 'x'.repeat(100) },
  { ...directory, path: 'x'.repeat(99) },
  { ...file, path: 'größe.js' },
  { ...file, sizeBytes: 8 ** 10 },
  { ...link, linkTarget: 'x'.repeat(101) },
  { ...link, linkTarget: 'ü' },
];

test.each(plain)('a plain entry has the header that the tar package writes, and comes back (%o)', async (entry) => {
  const block = encodePlainHeader(entry);
  expect(isPlainEntry(entry)).toBe(true);
  expect(block.equals((await loadTarCodec()).encode(entry))).toBe(true);
  expect(decodePlainHeader(block)).toEqual(entry);
});

test.each(others)('an entry that is not plain is left to the tar package (%o)', async (entry) => {
  expect(isPlainEntry(entry)).toBe(false);
  expect(decodePlainHeader((await loadTarCodec()).encode(entry).subarray(0, 512))).toBeNull();
});

test('a header with any other byte is left to the tar package', () => {
  for (const entry of [file, directory, link]) {
    for (let at = 0; at < 512; at += 1) {
      const bent = encodePlainHeader(entry);
      bent[at] = (bent[at] ?? 0) ^ 1;
      expect(decodePlainHeader(bent)).toBeNull();
    }
  }
});
