import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { askChanges } from './ask-changes.ts';
import { writeQuestion, type ChangesAnswer, type ChangesQuestion } from './changes-message.ts';
import { changesRecordFile, readChangesRecord, writeChangesRecord } from './changes-record.ts';
import { serveChanges } from './changes-server.ts';

const version = '1.2.3';
const clock = { instance: 'a', sequence: 1 };
const changes: ChangesAnswer = { kind: 'changes', clock, paths: ['x', 'ü\n"'] };
const isUnix = process.platform !== 'win32';

function makeWorkspace(below = ''): string {
  const root = join(realpathSync(mkdtempSync(join(tmpdir(), 'larder-changes-'))), below);
  mkdirSync(dirname(changesRecordFile(root)), { recursive: true, mode: 0o700 });
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

async function serve(root: string, answer: (question: ChangesQuestion) => Promise<ChangesAnswer>): Promise<void> {
  const server = await serveChanges({ rootAbsolute: root, version, answer });
  onTestFinished(() => server.close());
}

async function ask(rootAbsolute: string, deadlineMs = 5_000): Promise<ChangesAnswer | null> {
  return await askChanges({ rootAbsolute, version, since: clock, deadlineMs });
}

test('a question comes through with its moment and its deadline, and the answer back', async () => {
  const root = makeWorkspace();
  const questions: ChangesQuestion[] = [];
  await serve(root, async (question) => {
    questions.push(question);
    return changes;
  });
  expect(await ask(root)).toEqual(changes);
  expect(questions).toEqual([{ since: clock, deadlineMs: 5_000 }]);
});

test('a workspace too deep for the name of a socket is served all the same', async () => {
  const root = makeWorkspace(`${'deep/'.repeat(30)}end`);
  await serve(root, async () => changes);
  expect(await ask(root)).toEqual(changes);
});

test.runIf(isUnix)('the record and the socket are for this user alone', async () => {
  const root = makeWorkspace();
  await serve(root, async () => changes);
  const record = readChangesRecord(root);
  expect(statSync(changesRecordFile(root)).mode & 0o777).toBe(0o600);
  expect(statSync(record?.socket ?? '').mode & 0o777).toBe(0o600);
});

test('nobody answers where nobody watches', async () => {
  expect(await ask(makeWorkspace())).toBeNull();
  expect(await ask('/does/not/exist')).toBeNull();
});

test('a daemon of another version is none', async () => {
  const root = makeWorkspace();
  await serve(root, async () => changes);
  expect(await askChanges({ rootAbsolute: root, version: '1.2.4', since: null, deadlineMs: 5_000 })).toBeNull();
});

test('a daemon that does not answer in time is none', async () => {
  const root = makeWorkspace();
  await serve(root, () => new Promise(() => {}));
  expect(await ask(root, 20)).toBeNull();
});

test('a copy of a workspace, and one that was moved, do not ask the daemon of the other', async () => {
  const root = makeWorkspace();
  await serve(root, async () => changes);
  const copy = `${root}-copy`;
  onTestFinished(() => rmSync(copy, { recursive: true }));
  cpSync(root, copy, { recursive: true, filter: (source) => !source.endsWith('.sock') });
  expect(await ask(copy)).toBeNull();
});

test.runIf(isUnix)('a record that others may read is not believed', async () => {
  const root = makeWorkspace();
  await serve(root, async () => changes);
  chmodSync(changesRecordFile(root), 0o644);
  expect(await ask(root)).toBeNull();
});

test.each(['', '[]', '{}', '{"v":1}', '{"v":2,"rootAbsolute":"x"}', 'not JSON'])(
  'a record of %j is none',
  async (text) => {
    const root = makeWorkspace();
    writeFileSync(changesRecordFile(root), text, { mode: 0o600 });
    expect(await ask(root)).toBeNull();
  },
);

test('who took over the socket without the token is not believed', async () => {
  const root = makeWorkspace();
  const socket = join(dirname(changesRecordFile(root)), 'x.sock');
  const lie = JSON.stringify({ v: 1, proof: '0'.repeat(64), body: JSON.stringify({ ...changes, paths: [] }) });
  const liar: Server = createServer((connection) => void connection.end(`${lie}\n`));
  await new Promise<void>((resolve) => void liar.listen(socket, resolve));
  onTestFinished(() => void liar.close());
  writeChangesRecord({ v: 1, version, rootAbsolute: root, socket, token: 'f'.repeat(64) });
  expect(await ask(root)).toBeNull();
});

test('a server that floods its client is cut off', async () => {
  const root = makeWorkspace();
  const socket = join(dirname(changesRecordFile(root)), 'x.sock');
  const flood: Server = createServer((connection) => {
    connection.on('error', () => {});
    connection.write('x'.repeat(3 * 1024 * 1024));
  });
  await new Promise<void>((resolve) => void flood.listen(socket, resolve));
  onTestFinished(() => void flood.close());
  writeChangesRecord({ v: 1, version, rootAbsolute: root, socket, token: 'f'.repeat(64) });
  expect(await ask(root)).toBeNull();
});

/** What a connection gets for these bytes. */
async function sendRaw(root: string, bytes: string): Promise<string> {
  const socket = connect(readChangesRecord(root)?.socket ?? '');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => {});
  socket.write(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

test('questions without a proof, malformed or too long get no answer', async () => {
  const root = makeWorkspace();
  let answered = 0;
  await serve(root, async () => {
    answered += 1;
    return changes;
  });
  const token = readChangesRecord(root)?.token ?? '';
  const challenge = '0'.repeat(32);
  const question = { since: null, deadlineMs: 1 };
  const good = writeQuestion(question, { token, challenge });
  const bad = [
    writeQuestion(question, { token: 'f'.repeat(64), challenge }),
    writeQuestion(question, { token, challenge: 'short' }),
    writeQuestion({ ...question, deadlineMs: 1e9 }, { token, challenge }),
    writeQuestion({ ...question, since: { instance: 'a', sequence: -1 } }, { token, challenge }),
    good.replace('"v":1', '"v":2'),
    'GET / HTTP/1.1\r\n\r\n',
    'x'.repeat(10_000),
  ];
  for (const bytes of bad) expect(await sendRaw(root, bytes)).toBe('');
  expect(answered).toBe(0);
  expect(await sendRaw(root, good)).toContain('proof');
});

test('a daemon that ends takes its record with it, unless another one has taken over', async () => {
  const root = makeWorkspace();
  const first = await serveChanges({ rootAbsolute: root, version, answer: async () => changes });
  await serve(root, async () => ({ ...changes, paths: ['second'] }));
  first.close();
  expect(await ask(root)).toMatchObject({ paths: ['second'] });
});

test('a workspace whose folder was replaced is not mixed up with the one that is watched', async () => {
  const root = makeWorkspace();
  await serve(root, async () => changes);
  const away = `${root}-away`;
  onTestFinished(() => rmSync(away, { recursive: true }));
  renameSync(root, away);
  expect(await ask(away)).toBeNull();
  expect(await ask(root)).toBeNull();
});
