import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TaskId } from '@larder/core';
import type { ExecutionMarks } from '@larder/runner';
import { expect, onTestFinished, test } from 'vitest';
import { createExecutionMarks } from './execution-marks.ts';

const task = 'web:build' as TaskId;

function makePlace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'larder-marks-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'state', 'executing');
}

/** Another process as far as the marks can tell; these two are there as long as the test is. */
const asProcess = (directoryAbsolute: string, pid: number): ExecutionMarks =>
  createExecutionMarks({ directoryAbsolute, pid, log: () => {} });

test('who is alone shares with nobody and leaves nothing', () => {
  const place = makePlace();
  const marks = asProcess(place, process.pid);
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const mark = marks.begin(task);
    expect(mark.isShared()).toBe(false);
    mark.end();
    expect(readdirSync(place)).toEqual([]);
  }
});

test('of two at once both see it, whoever ends first, and the next one is alone', () => {
  const place = makePlace();
  const [one, two] = [asProcess(place, process.pid), asProcess(place, process.ppid)];
  const first = one.begin(task);
  const second = two.begin(task);
  expect([first.isShared(), second.isShared()]).toEqual([true, true]);
  first.end();
  expect(second.isShared()).toBe(true);
  const third = one.begin(task);
  expect(third.isShared()).toBe(true);
  second.end();
  third.end();
  const last = one.begin(task);
  expect(last.isShared()).toBe(false);
  last.end();
  expect(readdirSync(place)).toEqual([]);
});

test('other tasks do not count', () => {
  const place = makePlace();
  const [one, two] = [asProcess(place, process.pid), asProcess(place, process.ppid)];
  const mark = one.begin(task);
  two.begin('web:test' as TaskId);
  expect(mark.isShared()).toBe(false);
});

test('who restores a task that is executed is noticed, and leaves nothing where it is not', () => {
  const place = makePlace();
  const [one, two] = [asProcess(place, process.pid), asProcess(place, process.ppid)];
  two.disturb(task);
  expect(existsSync(place)).toBe(false);
  const mark = one.begin(task);
  two.disturb(task);
  expect(mark.isShared()).toBe(true);
  mark.end();
  expect(one.begin(task).isShared()).toBe(false);
});

test('processes that are gone or have forgotten to end do not count, nor does what is no mark', () => {
  const place = makePlace();
  const marks = asProcess(place, process.pid);
  marks.begin(task);
  const [name] = readdirSync(place);
  const now = Date.now();
  const long = now - 25 * 60 * 60 * 1000;
  for (const left of [`+2147483646 ${now}\n`, `+${process.ppid} ${long}\n`, `+${process.pid} ${now}\n`, '\0+x', '+1']) {
    writeFileSync(join(place, name!), left);
    expect(marks.begin(task).isShared()).toBe(false);
  }
});

test('a state that is deleted says nothing of others', () => {
  const place = makePlace();
  const mark = asProcess(place, process.pid).begin(task);
  rmSync(place, { recursive: true });
  expect(mark.isShared()).toBe(false);
  mark.end();
});

test('where nobody can look any more, others may have come', () => {
  const place = makePlace();
  const mark = asProcess(place, process.pid).begin(task);
  rmSync(place, { recursive: true });
  symlinkSync(place, place);
  expect(mark.isShared()).toBe(true);
  mark.end();
});
