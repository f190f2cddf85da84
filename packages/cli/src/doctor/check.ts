import type { Config, Problem } from '@larder/core';
import type { Terminal } from '../terminal.ts';

export const levels = ['ok', 'warning', 'problem'] as const;
export type Level = (typeof levels)[number];

/** What one look has found. */
export interface Finding {
  /** What was looked at, in a word: stable, for programs. */
  readonly id: string;
  readonly level: Level;
  /** A sentence, or a few words, about how it is. No secret is ever in it. */
  readonly detail: string;
  /** What to do, as a sentence; null where there is nothing to do. */
  readonly advice: string | null;
}

export interface DoctorContext {
  readonly rootAbsolute: string;
  readonly terminal: Terminal;
  /** What could be read of the configuration; defaults where it is wrong. */
  readonly config: Config;
  readonly problems: readonly Problem[];
}

/** One look at something outside. It may find several things, throw, or never come back. */
export interface Check {
  readonly id: string;
  readonly run: (context: DoctorContext, signal: AbortSignal) => Promise<readonly Finding[]>;
}

export function ok(id: string, detail: string): Finding {
  return { id, level: 'ok', detail, advice: null };
}

export function warn(id: string, detail: string, advice: string): Finding {
  return { id, level: 'warning', detail, advice };
}

export function fail(id: string, detail: string, advice: string): Finding {
  return { id, level: 'problem', detail, advice };
}
