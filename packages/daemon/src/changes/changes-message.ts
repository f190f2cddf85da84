import type { ChangeClock } from './change-journal.ts';

/*
 * A question is a line of JSON, `{ v, name, since, deadlineMs }`, shorter than the 512 bytes that a pipe takes in one piece
 * on every POSIX system, whoever else writes; its answer is a file of JSON under that name. Nothing here may import more than Node's own small modules: the command line
 * loads it in every run.
 */

export interface ChangesQuestion {
  readonly since: ChangeClock | null;
  readonly deadlineMs: number;
}

export interface NamedQuestion extends ChangesQuestion {
  /** Of the file for the answer. */
  readonly name: string;
}

export type ChangesAnswer =
  /** Whatever was touched after the moment asked for; a path that is or was a folder stands for all below it. */
  | { readonly kind: 'changes'; readonly clock: ChangeClock; readonly paths: readonly string[] }
  /** Anything may have changed. The clock is null where even the present moment is not certain. */
  | { readonly kind: 'unknown'; readonly clock: ChangeClock | null; readonly why: string };

export const answerLimitBytes = 1024 * 1024;
const longestDeadlineMs = 10_000;
const nameSyntax = /^[0-9a-z-]{8,64}$/;

type Facts = Readonly<Record<string, unknown>>;

export function writeQuestion({ name, since, deadlineMs }: NamedQuestion): string {
  return `${JSON.stringify({ v: 1, name, since, deadlineMs })}\n`;
}

/** Null where it is malformed. */
export function parseQuestion(line: string): NamedQuestion | null {
  const { v, name, since, deadlineMs } = parseObject(line) ?? {};
  if (v !== 1 || typeof name !== 'string' || !nameSyntax.test(name)) return null;
  if (typeof deadlineMs !== 'number' || !(deadlineMs >= 0 && deadlineMs <= longestDeadlineMs)) return null;
  const clock = since === null ? null : parseClock(since);
  return clock === undefined ? null : { name, since: clock, deadlineMs };
}

export function writeAnswer(answer: ChangesAnswer): string {
  return JSON.stringify(answer);
}

/** Null where it is malformed. */
export function parseAnswer(text: string): ChangesAnswer | null {
  const told = parseObject(text);
  const clock = told?.['clock'] === null ? null : parseClock(told?.['clock']);
  if (told === null || clock === undefined) return null;
  const { kind, paths, why } = told;
  if (kind === 'unknown' && typeof why === 'string') return { kind, clock, why };
  const areNames = Array.isArray(paths) && paths.every((path) => typeof path === 'string');
  return kind === 'changes' && clock !== null && areNames ? { kind, clock, paths } : null;
}

/** Of JSON that was kept beside an answer; null where it is malformed. */
export function parseClockText(text: string): ChangeClock | null {
  return parseClock(parseObject(text)) ?? null;
}

function parseClock(value: unknown): ChangeClock | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { instance, sequence } = value as Facts;
  if (typeof instance !== 'string' || instance.length > 100) return undefined;
  return Number.isSafeInteger(sequence) && Number(sequence) >= 0 ? { instance, sequence: Number(sequence) } : undefined;
}

function parseObject(text: string): Facts | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Facts) : null;
  } catch {
    return null;
  }
}
