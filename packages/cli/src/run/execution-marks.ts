import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { uptime } from 'node:os';
import { dirname, join } from 'node:path';
import type { DebugLog, TaskId } from '@larder/core';
import { isAlive } from '@larder/daemon/is-alive';
import type { ExecutionMark, ExecutionMarks } from '@larder/runner';
import { digest } from '@larder/workspace';

export interface MarkPlace {
  /** Absolute; made when the first task is executed. */
  readonly directoryAbsolute: string;
  /** Of this process. */
  readonly pid: number;
  readonly log: DebugLog;
}

/** Nothing is executed that long: the number of the process belongs to another one by now. */
const forgottenAfterMs = 24 * 60 * 60 * 1000;

/**
 * A file for each task that is being executed: a line for each beginning, `+<process> <milliseconds>`, and, where two were
 * at it, for each end, `-<process> <milliseconds>`. Lines are appended, which is atomic, so that a file that has grown, or is
 * another one, says that somebody came in between. Whoever was alone removes it.
 */
export function createExecutionMarks(place: MarkPlace): ExecutionMarks {
  const fileOf = (task: TaskId): string => join(place.directoryAbsolute, digest(task));
  return {
    begin: (task) => {
      try {
        return beginMark(fileOf(task), place);
      } catch (error) {
        place.log(`nobody sees that ${task} is executed: ${String(error)}`);
        return unseen;
      }
    },
    disturb: (task) => {
      try {
        append(fileOf(task), lineOf('+', place) + lineOf('-', place), constants.O_WRONLY | constants.O_APPEND);
      } catch {
        // Nobody executes it.
        return;
      }
    },
  };
}

const unseen: ExecutionMark = { isShared: () => false, end: () => {} };

function beginMark(file: string, place: MarkPlace): ExecutionMark {
  const line = lineOf('+', place);
  const begun = appendInNewFolder(file, line);
  const foundOthers = begun.size > line.length && hasOthers(readFileSync(file, 'utf8'), place.pid);
  const isShared = (): boolean => {
    if (foundOthers) return true;
    try {
      const now = statSync(file, { throwIfNoEntry: false });
      // Who deletes the state deletes the marks with it; that says nothing of others.
      return now !== undefined && (now.size !== begun.size || now.ino !== begun.ino);
    } catch {
      // Where nobody can look, others may have come.
      return true;
    }
  };
  const end = (): void => {
    try {
      if (isShared()) append(file, lineOf('-', place), constants.O_WRONLY | constants.O_APPEND);
      else unlinkSync(file);
    } catch {
      // It is forgotten when this process has ended.
      return;
    }
  };
  return { isShared, end };
}

function lineOf(sign: '+' | '-', { pid }: MarkPlace): string {
  return `${sign}${pid} ${Date.now()}\n`;
}

function appendInNewFolder(file: string, line: string): Stats {
  try {
    return append(file, line, 'a');
  } catch {
    mkdirSync(dirname(file), { recursive: true });
    return append(file, line, 'a');
  }
}

function append(file: string, line: string, flags: string | number): Stats {
  const descriptor = openSync(file, flags, 0o600);
  try {
    writeSync(descriptor, line);
    return fstatSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Whether other processes have begun, have not ended, and are there. */
function hasOthers(text: string, own: number): boolean {
  const since = Math.max(Date.now() - uptime() * 1000, Date.now() - forgottenAfterMs);
  const begun = new Map<number, number>();
  for (const [, sign, pid, at] of text.matchAll(/^([+-])(\d{1,10}) (\d{1,15})$/gm)) {
    const process = Number(pid);
    if (process === own || Number(at) < since) continue;
    begun.set(process, (begun.get(process) ?? 0) + (sign === '+' ? 1 : -1));
  }
  return [...begun].some(([process, count]) => count > 0 && isAlive(process));
}
