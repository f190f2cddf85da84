import { expect, test } from 'vitest';
import { parseReadyWhen } from './parse-ready-when.ts';
import { nowhere } from './place.ts';

const usual = { timeoutMs: 600_000, intervalMs: 250 };

test.each<[unknown, unknown]>([
  [{ url: 'http://localhost:4200/' }, { check: { kind: 'url', url: 'http://localhost:4200/' }, ...usual }],
  [{ port: 4200 }, { check: { kind: 'port', port: '4200', host: null }, ...usual }],
  [
    { port: '{options.port}', host: '::1', timeout: 5, interval: 7 },
    { check: { kind: 'port', port: '{options.port}', host: '::1' }, timeoutMs: 5, intervalMs: 7 },
  ],
  [{ command: 'pg_isready' }, { check: { kind: 'command', command: 'pg_isready' }, ...usual }],
  [{ logMatches: 'up' }, { check: { kind: 'logMatches', texts: ['up'] }, ...usual }],
  [{ logMatches: ['up', 'ok'] }, { check: { kind: 'logMatches', texts: ['up', 'ok'] }, ...usual }],
  [{ signal: true }, { check: { kind: 'signal' }, ...usual }],
])('%j is read', (raw, readyWhen) => {
  expect(parseReadyWhen(raw, nowhere)).toEqual([readyWhen, []]);
});

test.each<[unknown, string]>([
  [true, 'an object'],
  [{}, 'exactly one of'],
  [{ port: 1, url: 'http://x' }, 'exactly one of'],
  [{ port: 70_000 }, '65535'],
  [{ port: 1, host: 7 }, 'host'],
  [{ url: '' }, 'address'],
  [{ command: [] }, 'command'],
  [{ logMatches: [] }, 'text'],
  [{ signal: false }, 'true'],
  [{ port: 1, timeout: 0 }, 'milliseconds'],
  [{ port: 1, interval: 'soon' }, 'milliseconds'],
])('%j is a problem', (raw, allowed) => {
  const [, problems] = parseReadyWhen(raw, nowhere);
  expect(problems).toMatchObject([{ code: 'invalid-value', allowed: expect.stringContaining(allowed) as string }]);
});
