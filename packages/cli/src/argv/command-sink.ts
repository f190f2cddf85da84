import { InvalidArgumentError } from 'commander';
import type { Command } from './command.ts';

/** What the functions that define commands are given. */
export interface CommandSink<Defined = Command> {
  readonly accept: (command: Defined) => void;
  /** The words after `--`. */
  readonly forwarded: readonly string[];
}

export function rejectArgument(message: string): never {
  throw new InvalidArgumentError(message);
}
