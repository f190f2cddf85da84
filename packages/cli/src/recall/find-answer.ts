import { askChanges, parseClockText, type ChangeClock, type ChangesAnswer } from '@larder/daemon/ask-changes';
import {
  decodeMemo,
  makeMemoKey,
  readMemoClock,
  readMemoFile,
  readSalt,
  walkBrokenRows,
  writeMemoClock,
  type BrokenRow,
  type DecodedMemo,
  type MemoQuestion,
  type PathList,
} from '@larder/workspace';
import { version } from '../version.ts';

/** Asking takes a millisecond or two; looking by ourselves takes a few for each thousand files. */
const daemonDeadlineMs = 100;

export type AnswerSearch =
  | FoundAnswer
  | { readonly kind: 'none'; readonly clock: ChangeClock | null; readonly broken: BrokenAnswer | null };

/** A memo that still stands. */
export interface FoundAnswer extends Pick<DecodedMemo, 'answer' | 'attachment'> {
  readonly kind: 'found';
  readonly key: string;
  telling(): string;
  /** Whether what it relies on in the local cache has been marked as used lately. */
  readonly isFresh: boolean;
}

/** A memo that does not stand any more as a whole, or never did. */
export interface BrokenAnswer extends Pick<DecodedMemo, 'answer' | 'attachment'> {
  readonly kind: 'broken';
  /** Of all its rows. */
  readonly paths: PathList;
  /** Null where all hold, of a memo that answers nothing. */
  readonly first: BrokenRow | null;
  /** The others; each step may look at many rows. */
  readonly rest: Iterator<BrokenRow>;
}

const freshForMs = 12 * 60 * 60 * 1000;

/**
 * The memo that answers a question, if it still stands. Where the daemon watches, only what it saw change is looked at;
 * `clock` is its time before anything was looked at.
 */
export async function findAnswer(question: MemoQuestion): Promise<AnswerSearch> {
  const { stateDirectoryAbsolute } = question;
  const salt = readSalt(stateDirectoryAbsolute);
  const key = salt === null ? null : makeMemoKey(question, salt);
  const since = key === null ? null : parseClockText(readMemoClock(stateDirectoryAbsolute, key));
  const changes = await askDaemon(question, since);
  const clock = changes?.clock ?? null;
  const found = key === null ? null : readAnswer(question, key, changes);
  if (key === null || found === null) return { kind: 'none', clock, broken: null };
  if (found.kind === 'broken') return { kind: 'none', clock, broken: found };
  const isLater = clock?.sequence !== since?.sequence || clock?.instance !== since?.instance;
  if (clock !== null && isLater) {
    writeMemoClock(stateDirectoryAbsolute, key, JSON.stringify(clock));
  }
  return found;
}

async function askDaemon(question: MemoQuestion, since: ChangeClock | null): Promise<ChangesAnswer | null> {
  const { rootAbsolute, env } = question;
  if (env['LARDER_DAEMON'] === 'off') return null;
  return askChanges({ rootAbsolute, version, since, deadlineMs: daemonDeadlineMs });
}

function readAnswer(
  question: MemoQuestion,
  key: string,
  changes: ChangesAnswer | null,
): FoundAnswer | BrokenAnswer | null {
  const file = readMemoFile(question.stateDirectoryAbsolute, key);
  const changed = changes?.kind === 'changes' ? changes.paths : null;
  const memo = file === null ? null : decodeMemo(file.bytes, changed?.length === 0 ? 'unwatched' : 'all');
  if (file === null || memo === null) return null;
  const { telling, answer, attachment } = memo;
  const rest = walkBrokenRows(memo.proof, question.rootAbsolute, changed);
  const first = rest.next().value ?? null;
  if (first !== null || telling === null) {
    return { kind: 'broken', paths: memo.proof.paths, first, rest, answer, attachment };
  }
  return { kind: 'found', key, telling, answer, attachment, isFresh: Date.now() - file.usedAtMs < freshForMs };
}
