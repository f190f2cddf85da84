import type { SpawnProcess } from '@larder/core';
import { createSpawnProcess } from '@larder/runner';
import type { Terminal } from '../terminal.ts';

/** Most processes are gone sooner, and the guard would cost more than they do. */
const guardAfterMs = 50;

/** How commands of a workspace are started, whoever asks for them. */
export function createWorkspaceSpawn(terminal: Pick<Terminal, 'abortAhead' | 'endsFromLeaves'>): SpawnProcess {
  // Two seconds are enough to clean up, and not so long that a person presses Ctrl-C again.
  return createSpawnProcess({
    stopGraceMs: 2000,
    outputDrainMs: 500,
    guard: { tellAfterMs: terminal.endsFromLeaves === true ? 0 : guardAfterMs, onAskedToEnd: terminal.abortAhead },
  });
}

/** The same variables without those that are set to nothing at all. */
export function definedEnv(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
