import { parseTaskHash, type TaskHash } from '@larder/core';
import { describe, expect, test } from 'vitest';
import {
  artifactUrl,
  formatErrorBody,
  formatExecutionMs,
  formatLookupRequest,
  formatLookupResponse,
  lookupRequestLimitBytes,
  lookupResponseLimitBytes,
  lookupUrl,
  formatRunReports,
  formatTokenGrant,
  parseBazelPath,
  parseErrorBody,
  parseGradlePath,
  parseExecutionMs,
  parseLarderPath,
  parseLookupRequest,
  parseLookupResponse,
  parseNxPath,
  parseRunReport,
  parseSha256,
  parseSignature,
  parseTokenGrant,
  parseTurborepoBatch,
  parseTurborepoEvents,
  parseTurborepoPath,
} from './index.ts';

const hash = parseTaskHash('0123456789abcdef0123456789abcdef') as TaskHash;
const thousand = Array.from({ length: 1000 }, (_, index) => index.toString(16).padStart(32, '0') as TaskHash);

describe('URLs', () => {
  test('a base with or without a trailing slash gives the same URL', () => {
    const expected = `http://cache:3000/larder/v1/artifacts/${hash}`;
    expect(artifactUrl('http://cache:3000', hash)).toBe(expected);
    expect(artifactUrl('http://cache:3000/', hash)).toBe(expected);
    expect(artifactUrl('http://cache:3000//', hash)).toBe(expected);
  });

  test('a path prefix of the base is kept', () => {
    expect(artifactUrl('https://ci.example/cache/', hash)).toBe(`https://ci.example/cache/larder/v1/artifacts/${hash}`);
    expect(lookupUrl('https://ci.example/cache')).toBe('https://ci.example/cache/larder/v1/lookup');
  });

  test('the path of each URL is understood again', () => {
    expect(parseLarderPath(new URL(artifactUrl('http://x', hash)).pathname)).toEqual({ kind: 'artifact', hash });
    expect(parseLarderPath(new URL(lookupUrl('http://x')).pathname)).toEqual({ kind: 'lookup' });
  });

  test.each(['', '..', '../../etc/passwd', `${hash}/`, `${hash}.x`, hash.toUpperCase(), `${hash}%00`])(
    'the artifact name %j is nobody’s path',
    (name) => expect(parseLarderPath(`/larder/v1/artifacts/${name}`)).toBeNull(),
  );
});

describe('lookup', () => {
  test('a request and a response survive the way over the wire, within their limits', () => {
    const request = formatLookupRequest(thousand);
    expect(request.length).toBeLessThan(lookupRequestLimitBytes);
    expect(parseLookupRequest(JSON.parse(request))).toEqual(thousand);
    const found = new Map(thousand.map((each) => [each, Number.MAX_SAFE_INTEGER]));
    const response = formatLookupResponse(found);
    expect(response.length).toBeLessThan(lookupResponseLimitBytes);
    expect(parseLookupResponse(JSON.parse(response))).toEqual(found);
  });

  test.each([
    null,
    7,
    [],
    {},
    { hashes: 'x' },
    { hashes: ['x'] },
    { hashes: [[hash]] },
    { hashes: [...thousand, hash] },
  ])('request %# is refused', (body) => expect(parseLookupRequest(body)).toBeNull());

  test.each([
    null,
    [],
    { found: [] },
    { found: { x: 1 } },
    { found: { [hash]: -1 } },
    { found: { [hash]: 1.5 } },
    { found: { [hash]: '1' } },
  ])('response %# is refused', (body) => {
    expect(parseLookupResponse(body)).toBeNull();
  });
});

test('a SHA-256 is 64 lowercase hex digits', () => {
  expect(parseSha256('a'.repeat(64))).toBe('a'.repeat(64));
  expect(parseSha256('A'.repeat(64))).toBeNull();
  expect(parseSha256('a'.repeat(63))).toBeNull();
  expect(parseSha256(['a'.repeat(64)])).toBeNull();
});

test('milliseconds of a header are whole and bounded', () => {
  expect(parseExecutionMs(formatExecutionMs(12.6))).toBe(13);
  expect(parseExecutionMs(formatExecutionMs(-3))).toBe(0);
  expect(parseExecutionMs(formatExecutionMs(Number.POSITIVE_INFINITY))).toBe(999_999_999_999);
  expect(parseExecutionMs('1e3')).toBeNull();
});

test('an error body tells its code and message, and anything else is null', () => {
  const error = { code: 'forbidden', message: 'This token may only read.' };
  expect(parseErrorBody(JSON.parse(formatErrorBody(error)))).toEqual(error);
  expect(parseErrorBody({ error: 'no' })).toBeNull();
  expect(parseErrorBody('<html>')).toBeNull();
});

describe('Nx', () => {
  test('hashes are decimal numbers and other safe tokens', () => {
    expect(parseNxPath('/v1/cache/12345678901234567890')).toBe('12345678901234567890');
    expect(parseNxPath('/v1/cache/a_B-9')).toBe('a_B-9');
  });

  test.each(['', '..', '.', 'a/b', '%2e%2e', 'a b', 'x'.repeat(129)])('the hash %j is refused', (name) =>
    expect(parseNxPath(`/v1/cache/${name}`)).toBeNull(),
  );
});

describe('Turborepo', () => {
  test('its four kinds of path are told apart', () => {
    expect(parseTurborepoPath('/v8/artifacts')).toEqual({ kind: 'batch' });
    expect(parseTurborepoPath('/v8/artifacts/status')).toEqual({ kind: 'status' });
    expect(parseTurborepoPath('/v8/artifacts/events')).toEqual({ kind: 'events' });
    expect(parseTurborepoPath('/v8/artifacts/0123456789abcdef')).toEqual({
      kind: 'artifact',
      hash: '0123456789abcdef',
    });
    expect(parseTurborepoPath('/v8/artifacts/../x')).toBeNull();
    expect(parseTurborepoPath('/v8/artifactsx')).toBeNull();
  });

  test('a batch holds hashes', () => {
    expect(parseTurborepoBatch({ hashes: ['0123456789abcdef'] })).toEqual(['0123456789abcdef']);
    expect(parseTurborepoBatch({ hashes: ['../../../etc/pas'] })).toBeNull();
  });

  test('events carry source, kind, hash and milliseconds', () => {
    const event = { sessionId: 's', source: 'REMOTE', event: 'HIT', hash: '0123456789abcdef', duration: 5 };
    expect(parseTurborepoEvents([event])).toEqual([
      { source: 'REMOTE', event: 'HIT', hash: '0123456789abcdef', duration: 5 },
    ]);
    expect(parseTurborepoEvents([{ ...event, event: 'X' }])).toBeNull();
    expect(parseTurborepoEvents({})).toBeNull();
  });
});

describe('Bazel and Gradle', () => {
  const digest = 'a'.repeat(64);

  test('action results and blobs are told apart, with and without an instance', () => {
    expect(parseBazelPath(`/ac/${digest}`)).toEqual({ kind: 'ac', instance: '', digest });
    expect(parseBazelPath(`/team/web/cas/${digest}`)).toEqual({ kind: 'cas', instance: 'team/web', digest });
  });

  test.each([`/ac/${'A'.repeat(64)}`, `/ac/${digest}x`, `/../ac/${digest}`, `/a//ac/${digest}`, `ac/${digest}`])(
    '%j is none of Bazel’s paths',
    (path) => expect(parseBazelPath(path)).toBeNull(),
  );

  test('a Gradle key is one safe segment', () => {
    expect(parseGradlePath('/cache/0123abc')).toBe('0123abc');
    for (const path of ['/cache/', '/cache/..', '/cache/a/b', '/cache/a%2fb']) expect(parseGradlePath(path)).toBeNull();
  });
});

describe('reports, grants and statistics', () => {
  const task = { project: 'web', target: 'build', outcome: 'executed', durationMs: 5, savedMs: 0 } as const;

  test('a long run is reported in several bodies, each of which is understood', () => {
    const bodies = formatRunReports(Array.from({ length: 2001 }, () => task));
    expect(bodies.map((body) => parseRunReport(JSON.parse(body))?.tasks.length)).toEqual([2000, 1]);
  });

  test.each([{ version: 2, tasks: [] }, { version: 1, tasks: [{ ...task, savedMs: -1 }] }, [], null])(
    'report %# is refused',
    (body) => expect(parseRunReport(body)).toBeNull(),
  );

  test('a grant survives the way over the wire, and a token that is no header value does not', () => {
    const grant = { token: 'lrs_x', expiresAtEpochMs: 5, scope: 'pr/1', access: 'write' } as const;
    expect(parseTokenGrant(JSON.parse(formatTokenGrant(grant)))).toEqual(grant);
    expect(parseTokenGrant({ ...grant, token: 'a\nb' })).toBeNull();
  });

  test('signatures are short printable texts', () => {
    expect(parseSignature('ed25519:abc=')).toBe('ed25519:abc=');
    for (const text of ['', 'a b', 'x'.repeat(513), ['x']]) expect(parseSignature(text)).toBeNull();
  });
});
