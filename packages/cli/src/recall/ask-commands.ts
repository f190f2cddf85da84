import type { SpawnProcess } from '@larder/core';
import { digest, type MemoQuestion } from '@larder/workspace';
import { askRuntimeInputs } from '../run/ask-runtime-inputs.ts';
import { createWorkspaceSpawn } from '../session/spawn-commands.ts';
import type { Terminal } from '../terminal.ts';
import { findAnswer } from './find-answer.ts';
import type { CommandOutput } from './run-memo.ts';

type Asker = Pick<Terminal, 'env' | 'signal'>;

/**
 * Whether an answer still stands that relies on what commands print. Looks at everything else once more after them:
 * they may have changed it. Rejects only when the run is interrupted.
 */
export async function standsAfterAsking(
  terminal: Asker & Pick<Terminal, 'abortAhead' | 'endsFromLeaves'>,
  remembered: readonly CommandOutput[],
  question: MemoQuestion,
): Promise<boolean> {
  const { rootAbsolute } = question;
  const isSaid = await saysTheSame(terminal, remembered, { rootAbsolute, spawn: createWorkspaceSpawn(terminal) });
  return isSaid && (await findAnswer(question)).kind === 'found';
}

/** Whether commands say what they said, asked as a run asks that looks for itself. One that fails says something else. */
export async function saysTheSame(
  terminal: Asker,
  remembered: readonly CommandOutput[],
  place: { readonly rootAbsolute: string; readonly spawn: SpawnProcess },
): Promise<boolean> {
  const commands = remembered.map(({ command }) => command);
  const results = await askRuntimeInputs(terminal, commands, place);
  return remembered.every(({ command, digest: expected }) => {
    const result = results.get(command);
    return result?.kind === 'output' && digest(result.text) === expected;
  });
}
