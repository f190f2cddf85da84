import { realpathSync } from 'node:fs';
import { connect } from 'node:net';
import { createChallenge } from '../process/proof.ts';
import type { ChangeClock } from './change-journal.ts';
import { answerLimitBytes, parseAnswer, writeQuestion, type ChangesAnswer } from './changes-message.ts';
import { readChangesRecord } from './changes-record.ts';

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
}

/**
 * Asks the daemon what was touched since a moment. The clock of the answer counts everything that had happened before
 * the question: ask before reading the disk, and what was then read belongs to that clock. Null where no daemon watches,
 * or none answers in time; never rejects.
 */
export async function askChanges({
  rootAbsolute,
  version,
  since,
  deadlineMs,
}: AskChangesOptions): Promise<ChangesAnswer | null> {
  const record = readChangesRecord(resolveRoot(rootAbsolute));
  if (record === null || record.version !== version) return null;
  const secrets = { token: record.token, challenge: createChallenge() };
  const line = await exchange(record.socket, writeQuestion({ since, deadlineMs }, secrets), deadlineMs);
  return line === null ? null : parseAnswer(line, secrets);
}

function resolveRoot(rootAbsolute: string): string {
  try {
    return realpathSync.native(rootAbsolute);
  } catch {
    return rootAbsolute;
  }
}

/** The first line of what comes back, without its end. */
async function exchange(socketPath: string, line: string, deadlineMs: number): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const socket = connect(socketPath);
  const timer = setTimeout(resolve, deadlineMs, null);
  const chunks: string[] = [];
  let length = 0;
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const end = chunk.indexOf('\n');
    chunks.push(end === -1 ? chunk : chunk.slice(0, end));
    length += chunk.length;
    if (end !== -1) resolve(chunks.join(''));
    else if (length > answerLimitBytes) resolve(null);
  });
  socket.on('error', () => resolve(null)).on('close', () => resolve(null));
  socket.write(line);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}
