import { asWorkspacePath } from '@larder/core';
import { expect, test } from 'vitest';

import { decodeSnapshot, encodeSnapshot } from './encode-snapshot.ts';
import { createFileTable, RowState, withPaths } from './file-table.ts';
import type { FileTable } from './file-table.ts';

function sampleTable(names: readonly string[]): FileTable {
  const table = createFileTable(names.map(asWorkspacePath));
  names.forEach((_name, row) => {
    table.sizeBytes[row] = 2 ** 40 + row;
    table.mtimeMs[row] = 1.7e12 + row + 0.25;
    table.ctimeMs[row] = 1.7e12 - row;
    table.inode[row] = 2 ** 50 + row;
    table.mode[row] = 0o100644 + row;
    table.state[row] = RowState.hasFacts;
    table.digests.fill(row + 1, row * 16, row * 16 + 16);
  });
  return table;
}

const names = ['a.ts', 'dir/größe 🐟.txt', 'with\nnewline'];

test('a snapshot gives back the table', () => {
  expect(decodeSnapshot(encodeSnapshot(sampleTable(names)))).toEqual(sampleTable(names));
});

test('a snapshot of no files gives back a table of no files', () => {
  expect(decodeSnapshot(encodeSnapshot(sampleTable([])))?.paths).toEqual([]);
});

test('a snapshot that starts at an odd place in memory is read', () => {
  const encoded = encodeSnapshot(sampleTable(names));
  const shifted = Buffer.alloc(encoded.length + 3).subarray(3);
  encoded.copy(shifted);
  expect(decodeSnapshot(shifted)).toEqual(sampleTable(names));
});

test('a snapshot cut off at any byte is not used', () => {
  const encoded = encodeSnapshot(sampleTable(names));
  for (let length = 0; length < encoded.length; length += 1) {
    expect(decodeSnapshot(Buffer.from(encoded.subarray(0, length)))).toBeNull();
  }
});

test('a snapshot with any byte changed is not used', () => {
  const encoded = encodeSnapshot(sampleTable(names));
  for (let index = 0; index < encoded.length; index += 1) {
    const damaged = Buffer.from(encoded);
    damaged[index] = (damaged[index] ?? 0) ^ 0x40;
    expect(decodeSnapshot(damaged)).toBeNull();
  }
});

test('other paths keep the rows that both have, and start the others without facts', () => {
  const table = withPaths(sampleTable(['a', 'b', 'd']), ['0', 'b', 'c', 'd', 'e'].map(asWorkspacePath));
  expect([...table.state]).toEqual([0, 1, 0, 1, 0]);
  expect([...table.sizeBytes]).toEqual([0, 2 ** 40 + 1, 0, 2 ** 40 + 2, 0]);
  expect(table.digests.subarray(48, 64)).toEqual(Buffer.alloc(16, 3));
});
