import { isProof, parseChallenge, prove } from '../process/proof.ts';
import type { ChangeClock } from './change-journal.ts';

/*
 * One line of JSON each way: `{ v, challenge, proof, body }`, and `{ v, proof, body }` in answer, where the body is JSON
 * in a string, so that both sides prove the very bytes. Nothing here may import more than Node's own small modules: the
 * command line loads it in every run.
 */

export interface ChangesQuestion {
  readonly since: ChangeClock | null;
  readonly deadlineMs: number;
}

export type ChangesAnswer =
  /** Whatever was touched after the moment asked for; a path that is or was a folder stands for all below it. */
  | { readonly kind: 'changes'; readonly clock: ChangeClock; readonly paths: readonly string[] }
  /** Anything may have changed. The clock is null where even the present moment is not certain. */
  | { readonly kind: 'unknown'; readonly clock: ChangeClock | null; readonly why: string };

export const questionLimitBytes = 4 * 1024;
export const answerLimitBytes = 1024 * 1024;
const longestDeadlineMs = 10_000;

type Facts = Readonly<Record<string, unknown>>;

export function writeQuestion(question: ChangesQuestion, { token, challenge }: Secrets): string {
  const body = JSON.stringify(question);
  return `${JSON.stringify({ v: 1, challenge, proof: prove(token, 'client', { challenge, body }), body })}\n`;
}

export interface Secrets {
  readonly token: string;
  readonly challenge: string;
}

/** Null where it is malformed, or its sender has not the token. */
export function parseQuestion(
  line: string,
  token: string,
): { readonly question: ChangesQuestion; readonly challenge: string } | null {
  const envelope = parseObject(line);
  const challenge = parseChallenge(envelope?.['challenge']);
  const body = envelope?.['body'];
  if (envelope?.['v'] !== 1 || challenge === null || typeof body !== 'string') return null;
  if (!isProof(envelope['proof'], prove(token, 'client', { challenge, body }))) return null;
  const asked = parseObject(body);
  const deadlineMs = asked?.['deadlineMs'];
  if (asked === null || typeof deadlineMs !== 'number' || !(deadlineMs >= 0 && deadlineMs <= longestDeadlineMs)) {
    return null;
  }
  const since = asked['since'] === null ? null : parseClock(asked['since']);
  return since === undefined ? null : { question: { since, deadlineMs }, challenge };
}

export function writeAnswer(answer: ChangesAnswer, { token, challenge }: Secrets): string {
  const body = JSON.stringify(answer);
  return `${JSON.stringify({ v: 1, proof: prove(token, 'daemon', { challenge, body }), body })}\n`;
}

/** Null where it is malformed, or its sender has not the token. */
export function parseAnswer(line: string, { token, challenge }: Secrets): ChangesAnswer | null {
  const envelope = parseObject(line);
  const body = envelope?.['body'];
  if (envelope?.['v'] !== 1 || typeof body !== 'string') return null;
  if (!isProof(envelope['proof'], prove(token, 'daemon', { challenge, body }))) return null;
  const told = parseObject(body);
  const clock = told?.['clock'] === null ? null : parseClock(told?.['clock']);
  if (told === null || clock === undefined) return null;
  const { kind, paths, why } = told;
  if (kind === 'unknown' && typeof why === 'string') return { kind, clock, why };
  const areNames = Array.isArray(paths) && paths.every((path) => typeof path === 'string');
  return kind === 'changes' && clock !== null && areNames ? { kind, clock, paths } : null;
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
