import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { asWorkspacePath, indexOutputs, lockfileNames, workspaceConfigurationFiles } from '@larder/core';
import { drawTaskGraph } from '@larder/core/fixtures';
import { collectProof, findWorkspaceRoot, PathList, ProofKind, rulesFiles } from '@larder/workspace';
import { expect, onTestFinished, test } from 'vitest';
import { createPathResolver } from '../recall/changed-paths.ts';
import type { RecalledRun } from '../recall/run-memo.ts';
import type { RunHasher } from '../run/run-hasher.ts';
import type { Terminal } from '../terminal.ts';
import { WatchedWorkspace } from '../watch/watched-workspace.ts';
import { openSession, type Session } from './open-session.ts';

// What says which projects, tasks and files there are is known in one place; these are all that ask there.

const taskGraph = drawTaskGraph('');

async function open(files: Readonly<Record<string, string>>): Promise<Session> {
  const root = mkdtempSync(join(tmpdir(), 'larder-defining-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const terminal = { workingDirectory: root, env: {}, availableParallelism: 1, isCi: false };
  const signal = new AbortController().signal;
  const opened = await openSession({ ...terminal, signal } as unknown as Terminal, { log: () => {} });
  if (opened.kind !== 'opened') throw new Error(JSON.stringify(opened.problems));
  return opened.session;
}

const members = { 'package.json': '{"workspaces":["a"]}', 'a/package.json': '{"name":"a"}', 'a/x': '' };

/** Whether memory may speak of tasks after this file came, went or changed. */
function isRecalled(session: Session, path: string): boolean {
  const memo = { cacheDirectoryAbsolute: session.stateDirectoryAbsolute } as RecalledRun;
  const resolve = createPathResolver(session, { outputs: indexOutputs(taskGraph), memo, known: PathList.of([]) });
  return resolve([{ path, kind: ProofKind.same, mode: 0o100644 }]) !== null;
}

function isWatched(session: Session, path: string): boolean {
  const hasher = { inputsOf: () => [] } as unknown as RunHasher;
  return new WatchedWorkspace(session, taskGraph, hasher).mayRedefine([asWorkspacePath(path)]);
}

function isProved({ rootAbsolute, stateDirectoryAbsolute }: Session, path: string): boolean {
  const place = { rootAbsolute, stateDirectoryAbsolute, startedAtMs: Date.now() + 10_000 };
  const collected = collectProof({ ...place, files: [], folders: [], others: [], rows: [], doubtsListed: false });
  return collected.kind === 'proof' && [...collected.proof.paths].includes(path);
}

test('a file of configuration moves whatever follows from it, and makes a folder a workspace', async () => {
  const session = await open(members);
  for (const path of workspaceConfigurationFiles) {
    const [recalled, watched, proved] = [isRecalled, isWatched, isProved].map((ask) => ask(session, path));
    expect({ path, recalled, watched, proved }).toEqual({ path, recalled: false, watched: true, proved: true });
    const alone = await open({ ...members, [`inner/${path}`]: '{}' });
    const inner = join(alone.rootAbsolute, 'inner');
    expect(findWorkspaceRoot(inner)).toEqual({ kind: 'found', rootAbsolute: inner });
  }
});

test('what plugins name defines tasks like configuration', async () => {
  const session = await open(members);
  for (const path of ['package.json', 'a/package.json', 'a/project.json', 'pnpm-workspace.yaml', ...lockfileNames]) {
    expect([path, isRecalled(session, path), isWatched(session, path)]).toEqual([path, false, true]);
  }
  expect([isRecalled(session, 'a/x'), isWatched(session, 'a/x')]).toEqual([true, false]);
});

test('after a change of rules in any folder nothing is taken from memory', async () => {
  const session = await open(members);
  for (const name of rulesFiles) {
    expect([name, isRecalled(session, name), isRecalled(session, `a/${name}`)]).toEqual([name, false, false]);
  }
});
