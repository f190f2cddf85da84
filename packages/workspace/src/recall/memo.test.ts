import { chmodSync, lstatSync, lutimesSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { asWorkspacePath } from '@larder/core';
import { expect, test } from 'vitest';

import { makeFolder } from '../testing/make-folder.ts';
import { makeRepository } from '../testing/make-repository.ts';
import { collectProof } from './collect-proof.ts';
import type { ProofSubject } from './collect-proof.ts';
import { doubtChanged } from './doubt-changed.ts';
import { decodeMemo, encodeMemo } from './encode-memo.ts';
import { listRefFiles } from './list-ref-files.ts';
import { makeMemoKey } from './memo-key.ts';
import type { MemoQuestion } from './memo-key.ts';
import { createStatProof, findBrokenRow, ProofKind, toDoubtfulRow, toProofRow, walkBrokenRows } from './stat-proof.ts';
import type { ProofRow, StatProof } from './stat-proof.ts';

function prove(root: string, path: string, kind: ProofKind = ProofKind.same): StatProof {
  return createStatProof([toProofRow(path, kind, lstatSync(join(root, path), { throwIfNoEntry: false }))]);
}

const long = new Date(Date.now() - 60_000);

test.each([
  ['is written', (file: string) => writeFileSync(file, 'other')],
  ['keeps its size and time', (file: string) => (writeFileSync(file, 'b'), utimesSync(file, long, long))],
  ['gets another mode', (file: string) => chmodSync(file, 0o755)],
  ['goes', (file: string) => rmSync(file)],
  ['becomes a folder', (file: string) => (rmSync(file), mkdirSync(file))],
  [
    'loses its folder to a file',
    (file: string) => (rmSync(dirname(file), { recursive: true }), writeFileSync(dirname(file), '')),
  ],
])('a file that %s breaks its row', (_name, change) => {
  const root = makeFolder({ 'a/x': 'a' });
  utimesSync(join(root, 'a/x'), long, long);
  const proof = prove(root, 'a/x');
  expect(findBrokenRow(proof, root)).toBeNull();
  change(join(root, 'a/x'));
  expect(findBrokenRow(proof, root)).toBe('a/x');
});

test('a folder holds until a name comes or goes; one of which only the mode counts holds on', () => {
  const root = makeFolder({ 'a/x': 'a' });
  utimesSync(join(root, 'a'), long, long);
  const [same, mode] = [prove(root, 'a'), prove(root, 'a', ProofKind.sameMode)];
  writeFileSync(join(root, 'a/x'), 'b');
  expect(findBrokenRow(same, root)).toBeNull();
  writeFileSync(join(root, 'a/y'), '');
  expect(findBrokenRow(same, root)).toBe('a');
  expect(findBrokenRow(mode, root)).toBeNull();
});

test('what was absent has to stay absent, inside the workspace and outside', () => {
  const root = makeFolder({});
  const outside = join(makeFolder({}), 'x');
  const proof = createStatProof([
    toProofRow('a', ProofKind.same, undefined),
    toProofRow(outside, ProofKind.same, undefined),
  ]);
  expect(findBrokenRow(proof, root)).toBeNull();
  writeFileSync(outside, '');
  expect(findBrokenRow(proof, root)).toBe(outside);
});

test('of two rows for a path the later one counts', () => {
  const root = makeFolder({ a: '1' });
  const stats = lstatSync(join(root, 'a'));
  const rows = [toProofRow('a', ProofKind.absent, undefined), toProofRow('a', ProofKind.same, stats)];
  expect(findBrokenRow(createStatProof(rows), root)).toBeNull();
});

test('a folder that was listed has to be the same also where outputs need no more than its mode', () => {
  const root = makeFolder({ 'a/x': '1' });
  utimesSync(join(root, 'a'), long, long);
  const stats = lstatSync(join(root, 'a'));
  const rows = [toProofRow('a', ProofKind.same, stats), toProofRow('a', ProofKind.sameMode, stats)];
  writeFileSync(join(root, 'a/y'), '');
  for (const each of [rows, rows.toReversed()]) expect(findBrokenRow(createStatProof(each), root)).toBe('a');
});

test('a memo comes back as it was written, and nothing else is one', () => {
  const root = makeFolder({ 'ä/x': 'a', y: 'b' });
  const rows = ['ä/x', 'y', 'z'].map((path) =>
    toProofRow(path, ProofKind.same, lstatSync(join(root, path), { throwIfNoEntry: false })),
  );
  const memo = {
    proof: createStatProof(rows),
    telling: '["ü"]',
    answer: '{"ö":1}',
    attachment: Buffer.from([0, 1, 2]),
  };
  const bytes = encodeMemo(memo);
  const decoded = decodeMemo(Buffer.from(bytes));
  expect({ ...decoded, telling: decoded?.telling?.(), answer: decoded?.answer() }).toEqual(memo);
  for (let end = 0; end < bytes.length; end += 1) expect(decodeMemo(Buffer.from(bytes.subarray(0, end)))).toBeNull();
  expect([...decodeMemo(Buffer.from(bytes), 'unwatched')!.proof.paths]).toEqual([]);
  for (let at = 0; at < bytes.length; at += 5) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 1;
    expect(decodeMemo(damaged)).toBeNull();
  }
});

function subjectOf(root: string, own: Partial<ProofSubject> = {}): ProofSubject {
  return {
    rootAbsolute: root,
    stateDirectoryAbsolute: join(root, '.larder/state'),
    files: [asWorkspacePath('a/x')],
    folders: ['a'],
    others: [],
    startedAtMs: Date.now() + 10_000,
    rows: [],
    doubtsListed: false,
    ...own,
  };
}

test('what changed since a moment before the start proves nothing', () => {
  const root = makeFolder({ 'a/x': 'a' });
  expect(collectProof(subjectOf(root)).kind).toBe('proof');
  const { ctimeMs } = lstatSync(join(root, 'a/x'));
  const moved = collectProof(subjectOf(root, { startedAtMs: ctimeMs }));
  expect(moved).toEqual({ kind: 'none', detail: 'a has just changed' });
});

const later = new Date(Date.now() + 60_000);

/** What can be proved where listed paths may be doubted and this one changed since the start. */
function doubt(path: string, own: Partial<ProofSubject> = {}) {
  const root = makeFolder({ 'a/x': 'a', b: 'b', 'nx.json': '{}', '.larder/state/x': '' });
  symlinkSync('x', join(root, 'a/link'));
  lutimesSync(join(root, path), later, later);
  const collected = collectProof(subjectOf(root, { ...own, doubtsListed: true }));
  if (collected.kind === 'none') return collected.detail;
  // All that a watcher leaves to be looked at.
  return [...walkBrokenRows(collected.proof, root, [])].map((row) => row.path);
}

test('where listed paths may be doubted, a change of one of them breaks its row at once, and no other', () => {
  expect(doubt('a/x')).toEqual(['a/x']);
  expect(doubt('a')).toEqual(['a']);
  expect(doubt('a/link', { files: ['a/x', 'a/link'].map(asWorkspacePath) })).toEqual(['a/link']);
  // It may be right as an output now, and have been another when it was an input.
  expect(doubt('a/x', { rows: [toProofRow('a/x', ProofKind.same, undefined)] })).toEqual(['a/x']);
});

test('a listed path that is gone is in doubt as well', () => {
  expect(doubt('b', { files: ['a/x', 'a/y'].map(asWorkspacePath) })).toEqual(['a/y']);
  expect(doubt('b', { folders: ['a', 'c'] })).toEqual(['c']);
  const root = makeFolder({ 'a/x': 'a' });
  expect(collectProof(subjectOf(root, { folders: ['a', 'c'] }))).toEqual({
    kind: 'none',
    detail: 'c has just changed',
  });
});

test('what counts for more than its listing cannot be doubted', () => {
  expect(doubt('a/x', { others: ['a/x'] })).toBe('a/x has just changed');
  expect(doubt('nx.json', { files: [asWorkspacePath('nx.json')] })).toBe('nx.json has just changed');
  expect(doubt('b', { others: ['b'] })).toBe('b has just changed');
  expect(doubt('', { folders: ['', 'a'] })).toBe('. has just changed');
});

test('a file that is read through a link counts where it lies', () => {
  const outside = join(makeFolder({ 'real.json': '{}' }), 'real.json');
  const root = makeFolder({});
  symlinkSync(outside, join(root, 'nx.json'));
  const collected = collectProof(subjectOf(root, { files: [asWorkspacePath('nx.json')], folders: [] }));
  if (collected.kind !== 'proof') throw new Error(collected.detail);
  expect(findBrokenRow(collected.proof, root)).toBeNull();
  writeFileSync(outside, '{"a":1}');
  expect(findBrokenRow(collected.proof, root)).toBe(outside);
});

test('rules of git and what is installed count beside the files', () => {
  const { root } = makeRepository({ 'a/x': 'a', 'packages/b/y': 'b' });
  const inner = join(root, 'packages');
  for (const path of ['.gitignore', '.git/info/exclude', 'packages/node_modules/nx/package.json']) {
    const collected = collectProof(subjectOf(inner, { files: [], folders: ['b'] }));
    if (collected.kind !== 'proof') throw new Error(collected.detail);
    expect(findBrokenRow(collected.proof, inner)).toBeNull();
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), '# other\n');
    expect(findBrokenRow(collected.proof, inner)).not.toBeNull();
  }
});

test('what no watcher reports is looked at, whatever a watcher says', () => {
  const outside = join(makeFolder({ x: '' }), 'x');
  const root = makeFolder({ 'a/x': 'a', 'node_modules/b': 'b' });
  const rowOf = (path: string): ProofRow =>
    toProofRow(path, ProofKind.same, lstatSync(resolve(root, path), { throwIfNoEntry: false }));
  const proof = createStatProof(['a/x', 'node_modules/b', outside].map(rowOf));
  const bytes = encodeMemo({ proof, telling: '{}', answer: '', attachment: Buffer.from('\0') });
  const unwatched = decodeMemo(Buffer.from(bytes), 'unwatched')?.proof;
  if (unwatched === undefined) throw new Error('no memo');
  expect([...unwatched.paths].sort()).toEqual([outside, 'node_modules/b'].sort());

  writeFileSync(join(root, 'a/x'), 'changed');
  expect(findBrokenRow(unwatched, root, [])).toBeNull();
  expect(findBrokenRow(proof, root, ['b'])).toBeNull();
  expect(findBrokenRow(proof, root, ['a/x'])).toBe('a/x');
  expect(findBrokenRow(proof, root)).toBe('a/x');

  writeFileSync(join(root, 'node_modules/b'), 'changed');
  expect(findBrokenRow(unwatched, root, [])).toBe('node_modules/b');
  expect(findBrokenRow(proof, root, ['b'])).toBe('node_modules/b');
});

test('a memo that tells nothing has all of its rows, those in doubt before all others', () => {
  const root = makeFolder({ 'a/x': 'a', 'a/y': 'b' });
  const rowOf = (path: string): ProofRow => toProofRow(path, ProofKind.same, lstatSync(join(root, path)));
  const proof = createStatProof([rowOf('a/x'), rowOf('a/y'), toDoubtfulRow('a', lstatSync(join(root, 'a')))]);
  const bytes = encodeMemo({ proof, telling: null, answer: '{}', attachment: Buffer.alloc(0) });
  const decoded = decodeMemo(bytes, 'unwatched');
  expect(decoded?.telling).toBeNull();
  expect(decoded?.answer()).toBe('{}');
  expect(decoded?.proof.paths).toHaveLength(3);
  expect([...decoded!.proof.paths][0]).toBe('a');
  expect(decoded?.proof.unwatched).toBe(1);
});

test('the files of git that a revision depends on', () => {
  const { root } = makeRepository({ a: '1' });
  const files = listRefFiles(root, ['main~2', 'HEAD']) ?? [];
  const inGit = files.map((file) => file.slice(join(root, '.git/').length));
  expect(inGit).toEqual(expect.arrayContaining(['HEAD', 'index', 'packed-refs', 'refs/heads/main']));
  expect(inGit).toEqual(expect.arrayContaining(['refs/tags/main', 'refs/remotes/origin/main']));
  expect(listRefFiles(root, ['main@{yesterday}'])).toBeNull();
  expect(listRefFiles(makeFolder({}), ['main'])).toBeNull();
});

test.each([
  ['a/b/c', ['a/b/c'], true],
  ['a/b/c/d', ['a/b/c'], true],
  ['a/b', ['a/b/c'], true],
  ['a', ['a/b/c'], false],
  ['', ['a'], true],
  ['', ['a/b'], false],
  ['a/bc', ['a/b'], false],
  ['a/b', [], false],
  ['a/b', [''], true],
])('whether %j is in doubt after %j changed: %j', (path, changed, isDoubtful) => {
  expect(doubtChanged(changed)(path)).toBe(isDoubtful);
});

const question: MemoQuestion = {
  rootAbsolute: '/r',
  stateDirectoryAbsolute: '/r/.larder/state',
  workingDirectory: '/r',
  argv: ['run-many'],
  env: { A: '1', SHLVL: '1' },
  availableParallelism: 2,
  build: 'x',
};

test('everything but what shells change by themselves makes another question', () => {
  const key = makeMemoKey(question, 's');
  expect(makeMemoKey({ ...question, env: { SHLVL: '2', A: '1', B: undefined } }, 's')).toBe(key);
  const others: readonly Partial<MemoQuestion>[] = [
    { env: { A: '2' } },
    { env: { A: '1', B: '' } },
    // Wildcards of inputs follow from which variables there are.
    { env: { A: '1', SHLVL: '1', COLUMNS: '80' } },
    { argv: ['run-many', '-t'] },
    { workingDirectory: '/r/a' },
    { rootAbsolute: '/q' },
    { availableParallelism: 3 },
    { build: 'y' },
  ];
  const keys = others.map((other) => makeMemoKey({ ...question, ...other }, 's'));
  expect(new Set([key, makeMemoKey(question, 't'), ...keys]).size).toBe(others.length + 2);
});
