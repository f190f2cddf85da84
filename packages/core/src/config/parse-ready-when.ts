import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { Problem } from '../problem.ts';
import type { ReadyCheck, ReadyWhen } from '../project-graph/project.ts';
import { invalidValue, placeAt } from './place.ts';
import type { Parsed, Place } from './place.ts';

/** Timers take at most a signed 32-bit count of milliseconds. */
const longestMs = 2_147_483_647;
const defaultTimeoutMs = 600_000;
const defaultIntervalMs = 250;

const checks = ['url', 'port', 'command', 'logMatches', 'signal'] as const;

/** Reads the `readyWhen` of a target as Nx 24 documents it; texts keep their placeholders. */
export function parseReadyWhen(raw: unknown, place: Place): Parsed<ReadyWhen | null> {
  if (!isJsonObject(raw)) return [null, [invalidValue(place, raw, 'an object')]];
  const present = checks.filter((key) => raw[key] !== undefined && raw[key] !== null);
  const [kind] = present;
  if (kind === undefined || present.length > 1) {
    return [
      null,
      [invalidValue(place, raw, 'an object with exactly one of "url", "port", "command", "logMatches", "signal"')],
    ];
  }
  const [timeoutMs, timeoutProblems] = parseDuration(raw['timeout'], placeAt(place, 'timeout'), defaultTimeoutMs);
  const [intervalMs, intervalProblems] = parseDuration(raw['interval'], placeAt(place, 'interval'), defaultIntervalMs);
  const [check, problems] = parseCheck(kind, raw, place);
  const found: readonly Problem[] = [...problems, ...timeoutProblems, ...intervalProblems];
  return [check === null ? null : { check, timeoutMs, intervalMs }, found];
}

function parseCheck(kind: (typeof checks)[number], raw: JsonObject, place: Place): Parsed<ReadyCheck | null> {
  const value = raw[kind];
  const refuse = (allowed: string): Parsed<null> => [null, [invalidValue(placeAt(place, kind), value, allowed)]];
  switch (kind) {
    case 'url':
      return isText(value) ? [{ kind, url: value }, []] : refuse('an http or https address');
    case 'command':
      return isText(value) ? [{ kind, command: value }, []] : refuse('a command line');
    case 'signal':
      return value === true ? [{ kind }, []] : refuse('true');
    case 'logMatches': {
      const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (texts.length > 0 && texts.every(isText)) return [{ kind, texts }, []];
      return refuse('a text, or an array of them');
    }
    case 'port': {
      if (!isText(value) && !isPort(value)) return refuse('a number from 0 to 65535, "auto" or a placeholder');
      const { host = null } = raw;
      if (host === null || isText(host)) return [{ kind, port: String(value), host }, []];
      return [null, [invalidValue(placeAt(place, 'host'), host, 'the name of a host')]];
    }
  }
}

function parseDuration(raw: unknown, place: Place, absent: number): Parsed<number> {
  if (raw === undefined || raw === null) return [absent, []];
  if (Number.isInteger(raw) && Number(raw) >= 1 && Number(raw) <= longestMs) return [Number(raw), []];
  return [absent, [invalidValue(place, raw, `milliseconds: a whole number from 1 to ${longestMs}`)]];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535;
}
