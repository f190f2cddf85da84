import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import type { TaskHash, TaskId } from '@larder/core';
import { expect, onTestFinished, test } from 'vitest';

import { makeFolder } from '../testing/make-folder.ts';
import { openInputRecords } from './input-records.ts';
import type { InputRecord, InputRecords } from './input-records.ts';

const web = 'web:build' as TaskId;

function open(folder: string): InputRecords {
  const records = openInputRecords(folder, () => {});
  if (records === null) throw new Error('not opened');
  onTestFinished(() => {
    try {
      records.close();
    } catch {
      // The test has closed it.
    }
  });
  return records;
}

function record(hash: string, overrides: Partial<InputRecord> = {}): InputRecord {
  const entries = [{ kind: 'env', name: 'MODE', seal: hash } as const];
  return { task: web, hash: hash as TaskHash, succeeded: true, entries, packages: null, trouble: null, ...overrides };
}

function write(records: InputRecords, atEpochMs: number, ...written: readonly InputRecord[]): void {
  records.write({ atEpochMs, records: written, nodes: new Map(), packages: new Map() });
}

test('the last execution of a task is found, and each one by its hash', () => {
  const records = open(makeFolder({}));
  write(records, 1, record('a'), record('b', { succeeded: false, trouble: 'the disk is full' }));
  write(records, 2, record('x', { task: 'ui:build' as TaskId }));
  expect(records.findLast(web)).toEqual(record('b', { succeeded: false, trouble: 'the disk is full' }));
  expect(records.findByHash(web, 'a' as TaskHash)).toEqual(record('a'));
  expect(records.findByHash(web, 'x' as TaskHash)).toBe(null);
});

test('a hash that comes again is the last one again', () => {
  const records = open(makeFolder({}));
  for (const hash of ['a', 'b', 'a']) write(records, 1, record(hash));
  expect(records.findLast(web)?.hash).toBe('a');
});

test('nodes and packages survive the process, and so does the salt', () => {
  const folder = makeFolder({});
  const first = open(folder);
  const node = { kind: 'files', files: [['a.ts', 'seal']] } as const;
  first.write({ atEpochMs: 1, records: [], nodes: new Map([['n', node]]), packages: new Map([['p', 'text']]) });
  first.close();
  const second = open(folder);
  expect(second.findNode('n')).toEqual(node);
  expect(second.findPackages('p')).toBe('text');
  expect(second.salt).toBe(first.salt);
  expect(open(makeFolder({})).salt).not.toBe(first.salt);
});

test('a node counts as kept since it was written last', () => {
  const records = open(makeFolder({}));
  const node = { kind: 'files', files: [['a.ts', 'seal']] } as const;
  const writeNode = (atEpochMs: number): void =>
    records.write({ atEpochMs, records: [], nodes: new Map([['n', node]]), packages: new Map() });
  expect(records.hasNodeSince('n', 0)).toBe(false);
  writeNode(10);
  expect(records.hasNodeSince('n', 10)).toBe(true);
  expect(records.hasNodeSince('n', 11)).toBe(false);
  writeNode(20);
  expect(records.hasNodeSince('n', 11)).toBe(true);
});

test('only the newest executions of a task are kept', () => {
  const records = open(makeFolder({}));
  for (let index = 0; index < 20; index += 1) write(records, index, record(`h${index}`));
  expect(records.findByHash(web, 'h19' as TaskHash)).not.toBe(null);
  expect(records.findByHash(web, 'h0' as TaskHash)).toBe(null);
});

test('only so many lockfiles are kept', () => {
  const records = open(makeFolder({}));
  for (let index = 0; index < 40; index += 1) {
    records.write({ atEpochMs: index, records: [], nodes: new Map(), packages: new Map([[`p${index}`, 'text']]) });
  }
  expect(records.findPackages('p39')).toBe('text');
  expect(records.findPackages('p0')).toBe(null);
});

test('a damaged file is begun anew', () => {
  const folder = makeFolder({});
  writeFileSync(join(folder, 'inputs.sqlite'), 'not a database, and long enough to be looked at'.repeat(100));
  const records = open(folder);
  write(records, 1, record('a'));
  expect(records.findLast(web)?.hash).toBe('a');
});

test('a folder that cannot be written means no records, not an error', () => {
  const root = makeFolder({ file: '' });
  expect(openInputRecords(join(root, 'file'), () => {})).toBe(null);
});

test('a file with a log written ahead, as it was before, is used while others have it open', () => {
  const folder = makeFolder({});
  const first = open(folder);
  write(first, 1, record('a'));
  first.close();
  const other = new DatabaseSync(join(folder, 'inputs.sqlite'));
  onTestFinished(() => other.close());
  other.exec('pragma journal_mode = wal; begin; select * from records');
  const records = open(folder);
  write(records, 2, record('b'));
  expect(records.findByHash(web, 'a' as TaskHash)).not.toBe(null);
  expect(records.findLast(web)?.hash).toBe('b');
});
