import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { askChanges } from './ask-changes.ts';
import { writeQuestion, type ChangesAnswer, type ChangesQuestion } from './changes-message.ts';
import {
  answerFile,
  changesFolder,
  changesRecordFile,
  pipeFile,
  readChangesRecord,
  writeChangesRecord,
  type ChangesRecord,
} from './changes-record.ts';
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
  return await askChanges({ rootAbsolute, version, since: clock, deadlineMs, pause: nextTurn });
}

function recordOf(root: string): ChangesRecord {
  const record = readChangesRecord(root);
  if (record === null) throw new Error('nobody watches');
  return record;
}

test('a question comes through with its moment and its deadline, and the answer back', async () => {
  const root = makeWorkspace();
  const questions: ChangesQuestion[] = [];
  await serve(root, async (question) => {
    questions.push(question);
    return changes;
  });
  expect(await ask(root)).toEqual(changes);
  expect(questions).toMatchObject([{ since: clock, deadlineMs: 5_000 }]);
});

test.runIf(isUnix)('the record, the pipe and the answers are for this user alone', async () => {
  const root = makeWorkspace();
  await serve(root, async () => changes);
  const record = recordOf(root);
  const modeOf = (path: string): number => statSync(path).mode & 0o777;
  expect(modeOf(changesRecordFile(root))).toBe(0o600);
  expect(modeOf(changesFolder(record))).toBe(0o700);
  expect(modeOf(pipeFile(record))).toBe(0o600);
  expect(await sendLine(root, writeQuestion({ name: 'question-1', since: null, deadlineMs: 1 }), 'question-1')).toBe(
    0o600,
  );
});

test('an answer that was fetched is gone', async () => {
  const root = makeWorkspace();
  await serve(root, async () => changes);
  await ask(root);
  expect(readdirSync(changesFolder(recordOf(root)))).toEqual(['questions']);
});

test('nobody answers where nobody watches', async () => {
  expect(await ask(makeWorkspace())).toBeNull();
  expect(await ask('/does/not/exist')).toBeNull();
});

test('a daemon of another version is none', async () => {
  const root = makeWorkspace();
  await serve(root, async () => changes);
  const question = { rootAbsolute: root, version: '1.2.4', since: null, deadlineMs: 5_000 };
  expect(await askChanges({ ...question, pause: nextTurn })).toBeNull();
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
  cpSync(root, copy, { recursive: true, filter: (source) => !source.endsWith('questions') });
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

test('what stands where the pipe was is not written to, and what is no answer is none', async () => {
  const root = makeWorkspace();
  const record = { v: 2, version, rootAbsolute: root, folder: 'changes-0123456789abcdef' } as const;
  mkdirSync(changesFolder(record), { mode: 0o700 });
  writeChangesRecord(record);
  expect(await ask(root)).toBeNull();
  writeFileSync(pipeFile(record), 'text');
  expect(await ask(root)).toBeNull();
  expect(readFileSync(pipeFile(record), 'utf8')).toBe('text');
});

test.runIf(isUnix)('a folder of answers that others may enter is not believed', async () => {
  const root = makeWorkspace();
  await serve(root, async () => changes);
  chmodSync(changesFolder(recordOf(root)), 0o755);
  expect(await ask(root)).toBeNull();
});

test('of a pipe whose reader is gone nobody waits for an answer', async () => {
  const root = makeWorkspace();
  const record = { v: 2, version, rootAbsolute: root, folder: 'changes-0123456789abcdef' } as const;
  mkdirSync(changesFolder(record), { mode: 0o700 });
  execFileSync('mkfifo', ['-m', '600', pipeFile(record)]);
  writeChangesRecord(record);
  const startedAt = performance.now();
  expect(await ask(root, 60_000)).toBeNull();
  expect(performance.now() - startedAt).toBeLessThan(30_000);
});

/** The mode of the answer's file; null where there is none. */
async function sendLine(root: string, text: string, name: string): Promise<number | null> {
  const record = recordOf(root);
  const descriptor = openSync(pipeFile(record), constants.O_WRONLY | constants.O_NONBLOCK);
  writeSync(descriptor, text);
  closeSync(descriptor);
  // Answers come in the order of their questions.
  await ask(root);
  const stats = statSync(answerFile(record, name), { throwIfNoEntry: false });
  return stats === undefined ? null : stats.mode & 0o777;
}

test('questions that are malformed or too long get no answer, and disturb no other', async () => {
  const root = makeWorkspace();
  let answered = 0;
  await serve(root, async () => {
    answered += 1;
    return changes;
  });
  const question = { name: 'question-1', since: null, deadlineMs: 1 };
  const bad = [
    writeQuestion({ ...question, name: '../question' }),
    writeQuestion({ ...question, name: 'short' }),
    writeQuestion({ ...question, deadlineMs: 1e9 }),
    writeQuestion({ ...question, since: { instance: 'a', sequence: -1 } }),
    writeQuestion(question).replace('"v":1', '"v":2'),
    'GET / HTTP/1.1\r\n\r\n',
    `${'x'.repeat(10_000)}\n`,
  ];
  for (const text of bad) expect(await sendLine(root, text, question.name)).toBeNull();
  expect(answered).toBe(bad.length);
  expect(await sendLine(root, writeQuestion(question), question.name)).not.toBeNull();
  expect(readdirSync(dirname(changesFolder(recordOf(root)))).filter((name) => name.startsWith('question'))).toEqual([]);
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
