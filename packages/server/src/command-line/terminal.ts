/** What the commands need of the process around them. */
export interface Terminal {
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly epochMs: () => number;
  readonly currentDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Settles when the process is asked to end. */
  readonly untilStopped: () => Promise<void>;
  /** Calls back whenever the process is asked to read its files again. Absent where that cannot be asked. */
  readonly onHangUp?: (reload: () => void) => void;
}

/** A command cannot do what it was asked: the message is for people, the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A command found what it was asked to look for, and has said so: the exit code is 1. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
