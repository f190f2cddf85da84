/** What the commands need of the process around them. */
export interface Terminal {
  readonly writeOut: (text: string) => void;
  readonly writeError: (text: string) => void;
  readonly epochMs: () => number;
  readonly currentDirectory: string;
  readonly version: string;
  /** Settles when the process is asked to end. */
  readonly untilStopped: () => Promise<void>;
}

/** A command cannot do what it was asked: the message is for people, the exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
