import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';
import { LineSplitter } from '@larder/core';
import {
  parseQuestion,
  writeAnswer,
  type ChangesAnswer,
  type ChangesQuestion,
  type NamedQuestion,
} from './changes-message.ts';
import {
  answerFile,
  changesFolder,
  pipeFile,
  readChangesRecord,
  removeChangesRecord,
  writeChangesRecord,
  type ChangesRecord,
} from './changes-record.ts';

export interface ChangesServerOptions {
  readonly rootAbsolute: string;
  readonly version: string;
  readonly answer: (question: ChangesQuestion) => Promise<ChangesAnswer>;
}

export interface ChangesServer {
  close(): void;
}

const maxWaiting = 64;
/** Of an answer that nobody fetched. */
const answerKeptMs = 15_000;

/** Opens a pipe for questions, and publishes where it is. Rejects where none can be made: on Windows, say. */
export async function serveChanges(options: ChangesServerOptions): Promise<ChangesServer> {
  const { rootAbsolute, version } = options;
  const folder = `changes-${randomBytes(8).toString('hex')}`;
  const record: ChangesRecord = { v: 2, version, rootAbsolute, folder };
  mkdirSync(changesFolder(record), { mode: 0o700 });
  try {
    await promisify(execFile)('mkfifo', ['-m', '600', pipeFile(record)]);
    const close = listen(record, options);
    removeOthers(rootAbsolute);
    writeChangesRecord(record);
    return {
      close: () => {
        removeChangesRecord(record);
        close();
        rmSync(changesFolder(record), { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(changesFolder(record), { recursive: true, force: true });
    throw error;
  }
}

/** Of daemons that were killed, or that nobody will find any more. */
function removeOthers(rootAbsolute: string): void {
  const other = readChangesRecord(rootAbsolute);
  if (other !== null) rmSync(changesFolder(other), { recursive: true, force: true });
}

/** Answers the questions that come through the pipe. The result stops it. */
function listen(record: ChangesRecord, { answer }: ChangesServerOptions): () => void {
  // Open for both directions, so that it does not end whenever nobody asks.
  const descriptor = openSync(pipeFile(record), constants.O_RDWR | constants.O_NONBLOCK);
  const pipe = new Socket({ fd: descriptor, readable: true, writable: false });
  let waiting = 0;
  const serve = async (question: NamedQuestion): Promise<void> => {
    waiting += 1;
    try {
      // The deadline of the question bounds the wait.
      publish(record, question.name, writeAnswer(await answer(question)));
    } catch {
      // An answer that cannot be found or written is none.
    } finally {
      waiting -= 1;
    }
  };
  const lines = new LineSplitter();
  pipe.setEncoding('utf8').on('data', (chunk: string) => {
    for (const question of lines.push(chunk).map(parseQuestion)) {
      if (question !== null && waiting < maxWaiting) void serve(question);
    }
  });
  pipe.on('error', () => pipe.destroy());
  return () => void pipe.destroy();
}

/** Whoever asked sees the whole answer at once. */
function publish(record: ChangesRecord, name: string, text: string): void {
  const file = answerFile(record, name);
  const partial = `${file}.partial`;
  writeFileSync(partial, text, { mode: 0o600, flag: 'wx' });
  renameSync(partial, file);
  setTimeout(() => rmSync(file, { force: true }), answerKeptMs).unref();
}
