import { mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '@larder/report';
import { expect, onTestFinished, test } from 'vitest';
import { leaveRunHashes, leaveRunPart, readRunHashes, takeRunParts } from './run-parts.ts';

const nowEpochMs = Date.now();

function workspace(): string {
  const root = mkdtempSync(join(tmpdir(), 'larder-parts-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  return root;
}

const part = (startedAtEpochMs: number): RunRecord => ({ v: 1, startedAtEpochMs, tasks: [] }) as unknown as RunRecord;
const startsOf = (root: string, runId: string): readonly number[] =>
  takeRunParts(root, runId, nowEpochMs).map(({ startedAtEpochMs }) => startedAtEpochMs);
const hash = (digit: string): string => digit.repeat(32);
const folderOf = (root: string): string => join(root, '.larder/state/nx-runs');

test('the parts of a run come in the order in which they began, once', () => {
  const root = workspace();
  leaveRunPart(root, 'r1', part(20));
  leaveRunPart(root, 'r1', part(10));
  expect(startsOf(root, 'r1')).toEqual([10, 20]);
  expect(startsOf(root, 'r1')).toEqual([]);
});

test('what another run takes away meanwhile, and what a batch that was killed had not finished, are in the way of nothing', () => {
  const root = workspace();
  leaveRunPart(root, 'r1', part(1));
  const [name = ''] = readdirSync(folderOf(root));
  writeFileSync(join(folderOf(root), `${name}.1-x.partial`), '{"v":1,"ta');
  symlinkSync('gone', join(folderOf(root), 'taken.json'));
  expect(startsOf(root, 'r1')).toEqual([1]);
  expect(readdirSync(folderOf(root))).toEqual(['taken.json']);
});

test('two runs at the same time take their own', () => {
  const root = workspace();
  leaveRunPart(root, 'r1', part(1));
  leaveRunPart(root, '../r2', part(2));
  expect(startsOf(root, '../r2')).toEqual([2]);
  expect(startsOf(root, 'r1')).toEqual([1]);
});

test('the batches of a run read what earlier ones of it have told, until it ends', () => {
  const root = workspace();
  leaveRunHashes(root, 'r1', new Map([['one:build', hash('1')]]));
  leaveRunHashes(root, 'r1', new Map([['two:build', null]]));
  leaveRunHashes(root, 'r2', new Map([['one:build', hash('2')]]));
  const told = { 'one:build': hash('1'), 'two:build': null };
  expect(Object.fromEntries(readRunHashes(root, 'r1'))).toEqual(told);
  expect(Object.fromEntries(readRunHashes(root, 'r1'))).toEqual(told);
  expect(startsOf(root, 'r1')).toEqual([]);
  expect(readRunHashes(root, 'r1').size).toBe(0);
  expect(readRunHashes(root, 'r2').size).toBe(1);
});

test('what nobody took within a day is thrown away', () => {
  const root = workspace();
  leaveRunPart(root, 'r1', part(1));
  const [file = ''] = readdirSync(folderOf(root));
  const longAgo = nowEpochMs / 1000 - 25 * 60 * 60;
  utimesSync(join(folderOf(root), file), longAgo, longAgo);
  expect(startsOf(root, 'r2')).toEqual([]);
  expect(readdirSync(folderOf(root))).toEqual([]);
});

test('a workspace without any has none, and what is no record counts as none', () => {
  const root = workspace();
  expect(startsOf(root, 'r1')).toEqual([]);
  leaveRunPart(root, 'r1', part(1));
  const [file = ''] = readdirSync(folderOf(root));
  writeFileSync(join(folderOf(root), file), '{"v":2}');
  expect(startsOf(root, 'r1')).toEqual([]);
});
