import type { ChangeClock } from '@larder/daemon/ask-changes';
import type { MemoQuestion } from '@larder/workspace';
import type { BrokenAnswer } from './recall/find-answer.ts';

/** The process's surroundings, handed to commands so that only `main.ts` touches the real ones. */
export interface Terminal {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly availableParallelism: number;
  readonly isCi: boolean;
  readonly color: boolean;
  /** Aborts at the first Ctrl-C or termination signal. */
  readonly signal: AbortSignal;
  /** Asks for the same abort as Ctrl-C. */
  readonly abort: () => void;
  /** The same before Ctrl-C or a signal that will come, and is no second request then. */
  readonly abortAhead: () => void;
  /** Who has started this process ends what it started first, and asks it afterwards. Absent: not that it were known. */
  readonly endsFromLeaves?: true;
  /** What this command is, so that its answer can be remembered; absent where it cannot. */
  readonly memoQuestion?: MemoQuestion;
  /** The daemon's time before anything was read; absent or null where none watches. */
  readonly changeClock?: ChangeClock | null;
  /** What was remembered of this command and does not stand as a whole; absent or null: nothing. */
  readonly brokenAnswer?: BrokenAnswer | null;
}

export function detectCi(env: Readonly<Record<string, string | undefined>>): boolean {
  const value = env['CI'];
  return (value !== undefined && value !== '' && value !== '0' && value !== 'false') || env['TF_BUILD'] !== undefined;
}

/** FORCE_COLOR and NO_COLOR as their authors define them; else colour where a person reads. */
export function detectColor(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  const refused = env['NO_COLOR'];
  if (refused !== undefined && refused !== '') return false;
  return isTerminal && env['TERM'] !== 'dumb';
}
