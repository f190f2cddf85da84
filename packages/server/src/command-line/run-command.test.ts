import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseToken } from '../identity/token.ts';
import { rawRequest } from '../testing/raw-request.ts';
import { runCommand } from './run-command.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-command-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

/** Starts a command; `firstLine` settles with what it prints first. */
function start(line: string, nowEpochMs = Date.now()) {
  const { promise: firstLine, resolve: printed } = Promise.withResolvers<string>();
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  const output = { out: '', error: '' };
  const exitCode = runCommand(line.split(' '), {
    writeOut: (text) => {
      output.out += text;
      printed(text);
    },
    writeError: (text) => {
      output.error += text;
    },
    epochMs: () => nowEpochMs,
    currentDirectory: directory,
    env: {},
    version: '1.2.3',
    untilStopped: () => stopped,
  });
  return { firstLine, stop, exitCode, output };
}

async function run(line: string, nowEpochMs?: number) {
  const { exitCode, output } = start(line, nowEpochMs);
  return { exitCode: await exitCode, ...output };
}

describe('serving', () => {
  test('tells its address first, lets in who has a token, and ends with 0 when it is asked to', async () => {
    const server = start('--port 0 --storage cache');
    const address = await server.firstLine;
    expect(address).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\n$/);
    const token = (await run('token create --storage cache --scope main --access write')).out.trim();
    const headers = { authorization: `Bearer ${token}` };
    const url = address.trim().slice('listening on '.length);
    expect((await rawRequest(url, '/v8/artifacts/status', { headers })).status).toBe(200);
    expect((await rawRequest(url, '/v8/artifacts/status')).status).toBe(401);
    server.stop();
    expect(await server.exitCode).toBe(0);
    expect(server.output.out).toBe(address);
    const types = server.output.error
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types).toEqual(
      expect.arrayContaining(['tokens-missing', 'server-started', 'access-refused', 'server-stopped']),
    );
  });

  test('without tokens stays on this machine', async () => {
    const { exitCode, error } = await run('--storage cache --no-auth --host 0.0.0.0');
    expect([exitCode, error]).toEqual([2, expect.stringContaining('must not listen on 0.0.0.0')]);
  });

  test('into a storage that is a file is refused in words', async () => {
    await writeFile(join(directory, 'file'), '');
    const { exitCode, error } = await run('--storage file');
    expect([exitCode, error]).toEqual([2, expect.stringContaining('cannot be used')]);
  });
});

describe('tokens', () => {
  const create = 'token create --storage cache --scope pr/42 --access read';

  test('creating prints the token and nothing else', async () => {
    expect(await run(create)).toEqual({
      exitCode: 0,
      out: expect.stringMatching(/^lrd_[0-9a-f]{12}_[A-Za-z0-9_-]{43}\n$/),
      error: '',
    });
  });

  test('the list shows id, scope, access and state, and no secret', async () => {
    const token = (await run(`${create} --expires 30d`, 0)).out.trim();
    const { id, secret } = parseToken(token)!;
    const valid = `${id}  pr/42  read  valid until 1970-01-31T00:00:00.000Z  never used  created 1970-01-01T00:00:00.000Z\n`;
    expect((await run('token list --storage cache', 1000)).out).toBe(valid);
    expect((await run('token list --storage cache', 30 * 86_400_000)).out).toContain('expired 1970-01-31');
    await run(`token revoke ${id} --storage cache`, 5000);
    const { out } = await run('token list --storage cache', 6000);
    expect(out).toContain('revoked 1970-01-01T00:00:05.000Z');
    expect(out).not.toContain(secret);
  });

  test('revoking an unknown id is refused', async () => {
    const { exitCode, error } = await run('token revoke 000000000000 --storage cache');
    expect([exitCode, error]).toEqual([2, expect.stringContaining('There is no token "000000000000"')]);
  });
});

test.each(['--help', 'token --help', 'token create --help', '--version'])('%s is answered with 0', async (line) => {
  const { exitCode, out } = await run(line);
  expect([exitCode, out]).toEqual([0, expect.stringMatching(/larder-server|^1\.2\.3/)]);
});

test.each([
  ['--port 0', '--storage'],
  ['--storage x --port 65536', 'from 0 to 65535'],
  ['--storage x --max-size much', '10GB'],
  ['--storage x --no-auth --anonymous-read', 'exclude each other'],
  ['--storage x --unknown', '--unknown'],
  ['unknown', 'unknown'],
  ['token create --storage x --access read', '--scope'],
  ['token create --storage x --scope main', '--access'],
  ['token create --storage x --scope ../main --access read', 'main or pr/42'],
  ['token create --storage x --scope main --access admin', 'read, write'],
  ['token create --storage x --scope main --access read --expires soon', '30d'],
  ['token revoke --storage x', 'id'],
])('%s is refused with 2 and says %s', async (line, hint) => {
  const { exitCode, out, error } = await run(line);
  expect([exitCode, out, error]).toEqual([2, '', expect.stringContaining(hint)]);
});
