import { asDigest, formatTaskId } from '@larder/core';
import { writeFileSync, readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hashNamed, testDigest } from '../fixtures/tasks.ts';
import { createWorkspace } from '../fixtures/workspace.ts';
import { encodeOutputsTable, parseOutputsTable, type OutputsTable } from './outputs-table.ts';
import { isRacy } from './prove-unchanged.ts';
import { openTableStore } from './table-store.ts';

const stat = { mode: 0o644, sizeBytes: 7, mtimeMs: 1_700_000_000_000.25, ctimeMs: 1_700_000_000_001, ino: 2 ** 52 };
const table: OutputsTable = {
  task: formatTaskId('web', 'build'),
  hash: hashNamed('a'),
  recordedAtMs: 1_700_000_000_100,
  executionMs: 12,
  sizeBytes: 345,
  outputs: [
    { kind: 'directory', path: 'web/dist', stat },
    { kind: 'file', path: 'web/dist/größe.js', stat, sha256: 'f'.repeat(64) },
    { kind: 'symlink', path: 'web/dist/link', stat, target: 'x' },
  ],
  listed: [{ path: 'web/dist', stat }],
  absent: ['web/coverage'],
  terminalOutput: Buffer.from('first line\nsecond \u{1f389}\n\0'),
};

test('a table comes back as it was encoded', () => {
  expect(parseOutputsTable(encodeOutputsTable(table, testDigest), testDigest)).toEqual(table);
});

test('a table that is cut anywhere or has a wrong byte is none', () => {
  const bytes = encodeOutputsTable(table, testDigest);
  for (let end = 0; end < bytes.length; end += 1)
    expect(parseOutputsTable(bytes.subarray(0, end), testDigest)).toBeNull();
  for (let at = 0; at < bytes.length; at += 7) {
    const damaged = Buffer.from(bytes);
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    expect(parseOutputsTable(damaged, testDigest)).toBeNull();
  }
});

test('a table of another version is none', () => {
  const bytes = encodeOutputsTable(table, testDigest);
  const rest = Buffer.from(bytes.subarray(32).toString('latin1').replace('"v":2', '"v":1'), 'latin1');
  expect(parseOutputsTable(Buffer.concat([Buffer.from(testDigest(rest)), rest]), testDigest)).toBeNull();
});

test('tables are kept by task and replaced whole', () => {
  using workspace = createWorkspace();
  const store = openTableStore({ stateDirectoryAbsolute: workspace.root, digest: testDigest, log: () => {} });
  expect(store.read(table.task)).toBeNull();
  store.write({ ...table, executionMs: 1 });
  store.write(table);
  expect(store.read(table.task)).toEqual(table);
  expect(readdirSync(workspace.absolute('outputs'))).toHaveLength(1);
  expect(store.read(formatTaskId('api', 'build'))).toBeNull();
  store.remove(table.task);
  store.remove(table.task);
  expect(store.read(table.task)).toBeNull();
});

test('a table that is written over a longer one leaves nothing of it, and one that was broken off is none', () => {
  using workspace = createWorkspace();
  const store = openTableStore({ stateDirectoryAbsolute: workspace.root, digest: testDigest, log: () => {} });
  store.write({ ...table, terminalOutput: Buffer.alloc(10_000, 'x') });
  store.write(table);
  expect(store.read(table.task)).toEqual(table);
  const [name = ''] = readdirSync(workspace.absolute('outputs'));
  const whole = readFileSync(workspace.absolute(`outputs/${name}`));
  expect(whole.equals(encodeOutputsTable(table, testDigest))).toBe(true);
  // As a crash leaves it: the start of the new one, the end of the old one.
  store.write({ ...table, executionMs: 99 });
  const half = readFileSync(workspace.absolute(`outputs/${name}`)).subarray(0, 60);
  writeFileSync(workspace.absolute(`outputs/${name}`), Buffer.concat([half, whole.subarray(60)]));
  expect(store.read(table.task)).toBeNull();
});

test("another task's table in the place of a task's is none", () => {
  using workspace = createWorkspace();
  const options = { stateDirectoryAbsolute: workspace.root, log: () => {} };
  const colliding = openTableStore({ ...options, digest: () => asDigest('0'.repeat(32)) });
  colliding.write(table);
  expect(colliding.read(table.task)).toEqual(table);
  expect(colliding.read(formatTaskId('api', 'build'))).toBeNull();
});

test('a table that cannot be written is logged and costs nothing else', () => {
  using workspace = createWorkspace();
  writeFileSync(workspace.absolute('file'), '');
  const logged: string[] = [];
  const store = openTableStore({
    stateDirectoryAbsolute: workspace.absolute('file'),
    digest: testDigest,
    log: (message) => logged.push(message),
  });
  store.write(table);
  expect(store.read(table.task)).toBeNull();
  expect(logged).toHaveLength(2);
  expect(readFileSync(workspace.absolute('file'), 'utf8')).toBe('');
});

test('a file that changed within a tick of being recorded cannot be vouched for', () => {
  expect(isRacy({ ...stat, mtimeMs: 0, ctimeMs: 1000 }, 1010)).toBe(true);
  expect(isRacy({ ...stat, mtimeMs: 0, ctimeMs: 1000 }, 1021)).toBe(false);
  expect(isRacy({ ...stat, mtimeMs: 5000, ctimeMs: 0 }, 1021)).toBe(true);
});
