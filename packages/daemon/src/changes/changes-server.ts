import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  parseQuestion,
  questionLimitBytes,
  writeAnswer,
  type ChangesAnswer,
  type ChangesQuestion,
} from './changes-message.ts';
import {
  changesRecordFile,
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

/** What a Unix socket's address holds on every platform, with its final zero. */
const maxSocketPathBytes = 103;
const maxConnections = 64;
/** Between the connection and the end of its question. */
const questionMs = 5_000;

/** Listens, and publishes how to be asked. Rejects where no socket can be made. */
export async function serveChanges(options: ChangesServerOptions): Promise<ChangesServer> {
  const { rootAbsolute, version } = options;
  const token = randomBytes(32).toString('hex');
  const socket = chooseSocket(rootAbsolute);
  const server = createServer((connection) => serve(connection, token, options));
  server.maxConnections = maxConnections;
  await listen(server, socket);
  // Who connects in between has no token yet.
  if (process.platform !== 'win32') chmodSync(socket, 0o600);
  // Of one that was killed, or that nobody will find any more.
  const replaced = readChangesRecord(rootAbsolute)?.socket ?? null;
  if (replaced !== null) removeSocket(replaced);
  const record: ChangesRecord = { v: 1, version, rootAbsolute, socket, token };
  try {
    writeChangesRecord(record);
  } catch (error) {
    server.close();
    throw error;
  }
  return {
    close: () => {
      removeChangesRecord(record);
      server.close();
      removeSocket(socket);
    },
  };
}

/** Beside the record, unless the workspace lies too deep for the name of a socket. */
function chooseSocket(rootAbsolute: string): string {
  const name = `larder-${randomBytes(8).toString('hex')}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  const beside = join(dirname(changesRecordFile(rootAbsolute)), `${name}.sock`);
  return Buffer.byteLength(beside) <= maxSocketPathBytes ? beside : join(tmpdir(), `${name}.sock`);
}

function removeSocket(socket: string): void {
  const isThere = process.platform !== 'win32' && lstatSync(socket, { throwIfNoEntry: false })?.isSocket() === true;
  if (isThere) rmSync(socket, { force: true });
}

async function listen(server: Server, socket: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(socket, resolve);
  await promise;
  server.off('error', reject).on('error', () => {});
}

/** One question for each connection. Whoever sends anything else gets no answer. */
function serve(connection: Socket, token: string, { answer }: ChangesServerOptions): void {
  let text = '';
  connection.setTimeout(questionMs, () => connection.destroy());
  connection.on('error', () => connection.destroy());
  const read = (chunk: string): void => {
    text += chunk;
    const end = text.indexOf('\n');
    if (end === -1 && text.length <= questionLimitBytes) return;
    connection.off('data', read);
    const asked = end === -1 ? null : parseQuestion(text.slice(0, end), token);
    if (asked === null) return void connection.destroy();
    // The deadline of the question bounds the wait; an answer that cannot be found is none.
    answer(asked.question).then(
      (given) => connection.end(writeAnswer(given, { token, challenge: asked.challenge })),
      () => connection.destroy(),
    );
  };
  connection.setEncoding('utf8').on('data', read);
}
