import { collectProof, ensureSalt, makeMemoKey, writeMemoClock, writeMemoFile, type ProofRow } from '@larder/workspace';
import type { RunCommand } from '../argv/command.ts';
import type { OuterInputs } from '../run/run-hasher.ts';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { listSources } from './list-sources.ts';
import { prepareTelling } from './prepare-telling.ts';
import { proveEntries } from './prove-entries.ts';
import type { KeptMemo } from './run-memo.ts';

export interface KeptAnswer {
  readonly command: RunCommand;
  readonly memo: KeptMemo;
  readonly outer: OuterInputs;
  /** Proves the outputs that the answer relies on. */
  readonly rows: readonly ProofRow[];
  readonly attachment: Uint8Array;
}

/**
 * Keeps an answer with what proves that it still stands, unless something that it was read from is changing. Never
 * throws: without a memo the next run takes the long way.
 */
export function keepMemo(session: Session, terminal: Terminal, answer: KeptAnswer): void {
  try {
    write(session, terminal, answer);
  } catch (error) {
    session.log(`this run cannot be recalled: ${String(error)}`);
  }
}

function write(session: Session, terminal: Terminal, { command, memo, outer, rows, attachment }: KeptAnswer): void {
  const { memoQuestion: question, changeClock } = terminal;
  const sources = listSources(session, terminal, { command, outer });
  const entries = proveEntries(memo, session.rootAbsolute);
  if (question === undefined || sources === null || entries === null) return;
  const { rootAbsolute, workspace, log } = session;
  const { stateDirectoryAbsolute } = question;
  const collected = collectProof({
    rootAbsolute,
    stateDirectoryAbsolute,
    files: workspace.files.paths,
    folders: workspace.folders,
    others: sources,
    // A clock that was set back while tasks ran stamps what they write as if it were older than this process.
    startedAtMs: Math.min(performance.timeOrigin, Date.now() - performance.now()),
    rows: [...rows, ...entries],
    doubtsListed: memo.kind === 'part',
  });
  if (collected.kind === 'none') return log(`this run cannot be recalled: ${collected.detail}`);
  const key = makeMemoKey(question, ensureSalt(stateDirectoryAbsolute));
  const telling = memo.kind === 'part' ? null : JSON.stringify(prepareTelling(terminal, memo, attachment));
  const encoded = { proof: collected.proof, telling, answer: JSON.stringify(memo), attachment };
  const isWritten = writeMemoFile(stateDirectoryAbsolute, key, { memo: encoded, log });
  // Written after it: a clock that is older than its memo only doubts more. One that is newer would hide what moved.
  if (isWritten && changeClock) writeMemoClock(stateDirectoryAbsolute, key, JSON.stringify(changeClock));
}
