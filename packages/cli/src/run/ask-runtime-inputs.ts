import type { SpawnProcess } from '@larder/core';
import { readRuntimeInputs, type RuntimeInput } from '@larder/workspace';
import { definedEnv } from '../session/spawn-commands.ts';
import type { Terminal } from '../terminal.ts';

/** A command that says which compiler there is takes no minutes. */
const timeoutMs = 60_000;

/** Runs the commands of `runtime` inputs, each once. Rejects only when the run is interrupted. */
export function askRuntimeInputs(
  { env, signal }: Pick<Terminal, 'env' | 'signal'>,
  commands: Iterable<string>,
  { rootAbsolute, spawn }: { readonly rootAbsolute: string; readonly spawn: SpawnProcess },
): Promise<ReadonlyMap<string, RuntimeInput>> {
  return readRuntimeInputs(commands, { cwdAbsolute: rootAbsolute, env: definedEnv(env), spawn, timeoutMs, signal });
}
