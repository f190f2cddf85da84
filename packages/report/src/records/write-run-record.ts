import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compareCodeUnits } from '@larder/core';
import type { RunRecord } from './run-record.ts';
import { writeFileAtomically, type WriteResult } from './write-file-atomically.ts';

const keptRecords = 20;
const recordName = /^[\w.-]{1,100}\.json$/;

/** Writes `<run id>.json` into the folder and deletes all but the last 20 records. Never throws. */
export function writeRunRecord(directoryAbsolute: string, record: RunRecord): WriteResult {
  const name = `${record.runId}.json`;
  if (!recordName.test(name)) return { kind: 'failed', detail: `the run id ${record.runId} is no file name` };
  const written = writeFileAtomically(join(directoryAbsolute, name), JSON.stringify(record));
  return written.kind === 'written' ? deleteOldRecords(directoryAbsolute) : written;
}

function deleteOldRecords(directoryAbsolute: string): WriteResult {
  try {
    for (const name of listRunRecords(directoryAbsolute).slice(keptRecords)) {
      rmSync(join(directoryAbsolute, name), { force: true });
    }
    return { kind: 'written' };
  } catch (error) {
    return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
  }
}

/** File names of the records, newest first: run ids sort by start time. Empty where there is no such folder. */
export function listRunRecords(directoryAbsolute: string): readonly string[] {
  try {
    const names = readdirSync(directoryAbsolute).filter((name) => recordName.test(name));
    return names.toSorted(compareCodeUnits).toReversed();
  } catch {
    return [];
  }
}
