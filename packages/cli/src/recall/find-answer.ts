import { existsSync } from 'node:fs';
import { findEntry } from '@larder/cache';
import type { ChangeClock, ChangesAnswer } from '@larder/daemon/ask-changes';
import { changesRecordFile } from '@larder/daemon/changes-record';
import {
  decodeMemo,
  doubtChanged,
  findBrokenRow,
  makeMemoKey,
  readMemoClock,
  readMemoFile,
  readSalt,
  writeMemoClock,
  type MemoQuestion,
} from '@larder/workspace';
import { version } from '../version.ts';
import type { RunMemo } from './run-memo.ts';

/** Asking takes a millisecond; looking by ourselves takes a few for each thousand files. */
const daemonDeadlineMs = 100;

export type AnswerSearch = FoundAnswer | { readonly kind: 'none'; readonly clock: ChangeClock | null };

export interface FoundAnswer {
  readonly kind: 'found';
  readonly memo: RunMemo;
  /** The output of the tasks. */
  readonly attachment: Uint8Array;
}

/**
 * The memo that answers a question, if it still stands. Where the daemon watches, only what it saw change is looked at;
 * `clock` is its time before anything was looked at.
 */
export async function findAnswer(question: MemoQuestion): Promise<AnswerSearch> {
  const { stateDirectoryAbsolute } = question;
  const salt = readSalt(stateDirectoryAbsolute);
  const key = salt === null ? null : makeMemoKey(question, salt);
  const since = key === null ? null : parseClock(readMemoClock(stateDirectoryAbsolute, key));
  const changes = await askDaemon(question, since);
  const clock = changes?.clock ?? null;
  const found = key === null ? null : readAnswer(question, key, changes);
  if (key === null || found === null) return { kind: 'none', clock };
  const isLater = clock?.sequence !== since?.sequence || clock?.instance !== since?.instance;
  if (clock !== null && isLater) {
    writeMemoClock(stateDirectoryAbsolute, key, JSON.stringify(clock));
  }
  return found;
}

async function askDaemon(question: MemoQuestion, since: ChangeClock | null): Promise<ChangesAnswer | null> {
  const { rootAbsolute, env } = question;
  // Most workspaces have no daemon, and talking to one takes modules that are slow to load.
  if (env['LARDER_DAEMON'] === 'off' || !existsSync(changesRecordFile(rootAbsolute))) return null;
  const { askChanges } = await import('@larder/daemon/ask-changes');
  return askChanges({ rootAbsolute, version, since, deadlineMs: daemonDeadlineMs });
}

function readAnswer(question: MemoQuestion, key: string, changes: ChangesAnswer | null): FoundAnswer | null {
  const file = readMemoFile(question.stateDirectoryAbsolute, key);
  const decoded = file === null ? null : decodeMemo(file);
  if (decoded === null) return null;
  const isDoubtful = changes?.kind === 'changes' ? doubtChanged(changes.paths) : undefined;
  if (findBrokenRow(decoded.proof, question.rootAbsolute, isDoubtful) !== null) return null;
  // Whole by its checksum, and written by this build: trusted as it is.
  const memo = JSON.parse(decoded.answer) as RunMemo;
  return memo.v === 1 && agreesWithCache(memo) ? { kind: 'found', memo, attachment: decoded.attachment } : null;
}

/** Who deletes the local cache means it, and what came into it since is a hit. */
function agreesWithCache(memo: RunMemo): boolean {
  try {
    switch (memo.kind) {
      case 'nothing':
        return true;
      case 'run':
        return memo.settled.every(({ hash }) => findEntry(memo.cacheDirectoryAbsolute, hash) !== null);
      case 'plan':
        return memo.plan.entries.every(({ hash, cache }) => {
          if (hash.kind === 'deferred' || cache.kind === 'uncacheable' || cache.kind === 'deferred') return true;
          return (findEntry(memo.cacheDirectoryAbsolute, hash.hash) !== null) === (cache.kind === 'hit');
        });
    }
  } catch {
    return false;
  }
}

function parseClock(text: string): ChangeClock | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('instance' in value) || !('sequence' in value)) return null;
    const { instance, sequence } = value;
    return typeof instance === 'string' && typeof sequence === 'number' ? { instance, sequence } : null;
  } catch {
    return null;
  }
}
