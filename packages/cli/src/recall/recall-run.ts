import { join } from 'node:path';
import type { ChangeClock } from '@larder/daemon/ask-changes';
import { findWorkspaceRoot, type MemoQuestion } from '@larder/workspace';
import { describeBuild } from '../describe-build.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { findAnswer, type BrokenAnswer, type FoundAnswer } from './find-answer.ts';
import { tellAtOnce } from './tell-at-once.ts';

export type Recalled =
  | { readonly kind: 'answered'; readonly exitCode: ExitCode }
  /** The answer is known, and has to be told by `retellRun`. */
  | { readonly kind: 'found'; readonly found: FoundAnswer; readonly asked: AskedRun }
  /** Nothing is remembered, or something changed since. */
  | {
      readonly kind: 'unknown';
      readonly question: MemoQuestion;
      readonly clock: ChangeClock | null;
      readonly broken: BrokenAnswer | null;
    };

export interface AskedRun {
  readonly question: MemoQuestion;
  readonly startedAtEpochMs: number;
}

/** What a command's answer depends on beside its words. */
export type Surroundings = Pick<MemoQuestion, 'workingDirectory' | 'env' | 'availableParallelism'>;

/**
 * Answers a command as it was answered last, when every file, folder and output that it then looked at is the same
 * still. Tells it as a run would that looked for itself: the same lines, record and exit code. Null outside of any
 * workspace.
 */
export async function recallRun(
  argv: readonly string[],
  surroundings: Surroundings,
  output: Output,
): Promise<Recalled | null> {
  const root = findWorkspaceRoot(surroundings.workingDirectory);
  if (root.kind === 'none') return null;
  const question = askQuestion(root.rootAbsolute, argv, surroundings);
  const asked = { question, startedAtEpochMs: Date.now() };
  const search = await findAnswer(question);
  if (search.kind === 'none') {
    const { clock, broken } = search;
    return { kind: 'unknown', question, clock, broken };
  }
  const isTold = await tellAtOnce(search, asked, output);
  return isTold ? { kind: 'answered', exitCode: exitCodes.ok } : { kind: 'found', found: search, asked };
}

function askQuestion(rootAbsolute: string, argv: readonly string[], surroundings: Surroundings): MemoQuestion {
  const stateDirectoryAbsolute = join(rootAbsolute, '.larder', 'state');
  return { ...surroundings, rootAbsolute, stateDirectoryAbsolute, argv, build: describeBuild() };
}
