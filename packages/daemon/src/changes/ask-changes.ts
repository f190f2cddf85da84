import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import type { ChangeClock } from './change-journal.ts';
import { answerLimitBytes, parseAnswer, writeQuestion, type ChangesAnswer } from './changes-message.ts';
import { answerFile, pipeFile, readChangesRecord } from './changes-record.ts';

export { parseClockText } from './changes-message.ts';
export type { ChangeClock, ChangesAnswer };

export interface AskChangesOptions {
  /** Of the workspace. */
  readonly rootAbsolute: string;
  /** Of the larder that asks: a daemon of another version is none. */
  readonly version: string;
  /** Null at the first contact: the answer is unknown, and says the time. */
  readonly since: ChangeClock | null;
  /** For everything. */
  readonly deadlineMs: number;
  /** Waits a little; absent: with the whole thread, which has nothing else to do. */
  readonly pause?: () => Promise<void>;
}

/**
 * Asks the daemon what was touched since a moment. The clock of the answer counts everything that had happened before
 * the question: ask before reading the disk, and what was then read belongs to that clock. Null where no daemon watches,
 * or none answers in time; never rejects. Node takes longer to load what connects to a socket than to do all of this.
 */
export async function askChanges(options: AskChangesOptions): Promise<ChangesAnswer | null> {
  const { version, since, deadlineMs, pause = pauseThread } = options;
  const record = readChangesRecord(resolveRoot(options.rootAbsolute));
  if (record === null || record.version !== version) return null;
  const name = createName();
  const endsAtMs = performance.now() + deadlineMs;
  if (!sendLine(pipeFile(record), writeQuestion({ name, since, deadlineMs }))) return null;
  const file = answerFile(record, name);
  for (;;) {
    const text = takeText(file);
    if (text !== null) return parseAnswer(text);
    if (performance.now() > endsAtMs) return null;
    await pause();
  }
}

function resolveRoot(rootAbsolute: string): string {
  try {
    return realpathSync.native(rootAbsolute);
  } catch {
    return rootAbsolute;
  }
}

/** Nobody else has it at the same time. */
function createName(): string {
  return `${process.pid}-${Math.random().toString(36).slice(2)}-question`;
}

/** `false` where nobody reads, or the pipe is full, or is none. */
function sendLine(pipe: string, line: string): boolean {
  let descriptor: number | null = null;
  try {
    descriptor = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    return fstatSync(descriptor).isFIFO() && writeSync(descriptor, line) === line.length;
  } catch {
    return false;
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

/** Null where it is not there yet. */
function takeText(file: string): string | null {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return null;
  try {
    return size > answerLimitBytes ? '' : readFileSync(file, 'utf8');
  } catch {
    return '';
  } finally {
    rmSync(file, { force: true });
  }
}

const pauseMs = 0.2;

async function pauseThread(): Promise<void> {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
}
