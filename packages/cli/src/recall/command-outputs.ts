import { digest } from '@larder/workspace';
import type { CommandOutput } from './run-memo.ts';

/** What commands printed, as a memo keeps it. */
export function describeOutputs(runtime: ReadonlyMap<string, string>): readonly CommandOutput[] {
  return [...runtime].map(([command, text]) => ({ command, digest: digest(text) }));
}
