import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { makeFolder } from '../testing/make-folder.ts';
import { readMemoFile, writeMemoFile } from './memo-file.ts';
import { memoFolder } from './memo-salt.ts';
import { createStatProof } from './stat-proof.ts';

const key = 'ab'.repeat(16);
const memo = {
  proof: createStatProof([]),
  telling: '{}',
  answer: '{}',
  attachment: Buffer.alloc(0),
};

test('whoever keeps a memo is told whether it was written, because its clock may vouch for no other', () => {
  const state = makeFolder({});
  const logged: string[] = [];
  const options = { memo, log: (message: string) => void logged.push(message) };
  expect(writeMemoFile(state, key, options)).toBe(true);
  expect(readMemoFile(state, key)).not.toBe(null);
  const other = 'cd'.repeat(16);
  mkdirSync(join(memoFolder(state), other, 'in the way'), { recursive: true });
  expect(writeMemoFile(state, other, options)).toBe(false);
  expect(logged).toHaveLength(1);
  expect(readdirSync(memoFolder(state)).filter((name) => name.endsWith('.partial'))).toEqual([]);
});

test('a folder that cannot be made is no trouble', () => {
  const state = join(makeFolder({}), 'a file');
  writeFileSync(state, '');
  expect(writeMemoFile(state, key, { memo, log: () => {} })).toBe(false);
});
