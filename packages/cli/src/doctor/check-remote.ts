import { resolve } from 'node:path';
import {
  describeFailure,
  findIdentitySource,
  openRemoteConnection,
  parsePrivateKey,
  readSecretFile,
  type TransportResponse,
} from '@larder/cache';
import { hasErrors, type RemoteConfig } from '@larder/core';
import { accessLimitBytes, accessUrl, parseAccess } from '@larder/protocol';
import { cleanTerminalText } from '@larder/report';
import { adviseOnFailure } from './advise-on-failure.ts';
import { fail, ok, warn, type Check, type DoctorContext, type Finding } from './check.ts';

const answerWithinMs = 4_000;
const meanwhile = 'Runs go on with the local cache.';

/** Whether the server answers, speaks the protocol, and gives the token the rights that the configuration counts on. */
export const checkRemote: Check = {
  id: 'remote',
  run: async (context, signal) => {
    const { remote } = context.config;
    if (remote === null && hasErrors(context.problems))
      return [warn('remote', 'it is not known whether one is configured', 'Correct the configuration first.')];
    if (remote === null) return [ok('remote', 'none is configured: results stay on this machine')];
    const token = readToken(context, remote);
    if (token.kind === 'refused')
      return [fail('remote', token.reason, 'Correct the file, or give the token in LARDER_REMOTE_TOKEN.')];
    const signing = checkSigning(context, remote);
    return [...(await ask(context, { remote, token: token.token, signal })), ...signing];
  },
};

interface Asked {
  readonly remote: RemoteConfig;
  readonly token: string | null;
  readonly signal: AbortSignal;
}

async function ask({ rootAbsolute, terminal }: DoctorContext, asked: Asked): Promise<readonly Finding[]> {
  const { remote, token, signal } = asked;
  const { url, oidcAudience, caFile } = remote;
  const identity = oidcAudience === null ? null : findIdentitySource(terminal.env, oidcAudience);
  try {
    const connection = await openRemoteConnection({
      url,
      token,
      identity,
      timeoutMs: Math.min(remote.timeoutMs, answerWithinMs),
      connections: 1,
      maxBytesPerSecond: null,
      caFileAbsolute: caFile === null ? null : resolve(rootAbsolute, caFile),
      env: terminal.env,
    });
    try {
      const sentAt = Date.now();
      const response = await connection.send({ method: 'GET', url: accessUrl(url), headers: {}, body: null }, signal);
      const clock = judgeClock(response, { sentAt, receivedAt: Date.now() });
      const hasCredentials = token !== null || identity !== null;
      return [await judgeAnswer(response, { remote, hasCredentials }), ...(clock === null ? [] : [clock])];
    } finally {
      await connection.close();
    }
  } catch (error) {
    const { message } = describeFailure(error).error;
    const detail = `${url} cannot be used: ${cleanTerminalText(message, false)}`;
    return [fail('remote', detail, `${adviseOnFailure(error)} ${meanwhile}`)];
  }
}

async function judgeAnswer(
  response: TransportResponse,
  { remote, hasCredentials }: { readonly remote: RemoteConfig; readonly hasCredentials: boolean },
): Promise<Finding> {
  const { url, mode } = remote;
  if (response.status === 401) {
    const why = hasCredentials ? 'does not take this token' : 'wants a token, and none is given';
    return fail(
      'remote',
      `${url} ${why}`,
      'Ask for a token at whoever runs the server, and give it in LARDER_REMOTE_TOKEN.',
    );
  }
  if (response.status >= 500) {
    return fail('remote', `${url} answered ${response.status}`, `Look into the log of the server. ${meanwhile}`);
  }
  const access = response.status === 200 ? parseAccess(parseJson(await readText(response))) : null;
  if (access === null) {
    const advice =
      'Check that the address is that of a Larder server, with the path that it has there, and that the server is up to date.';
    return warn('remote', `${url} answered ${response.status} where a Larder server says what a token may do`, advice);
  }
  if (access.version !== 1) {
    const advice = 'Bring this larder up to date.';
    return fail('remote', `${url} speaks version ${access.version} of the protocol; this larder speaks 1`, advice);
  }
  const rights = access.access === 'write' ? 'read and write' : 'only read';
  const detail = `${url}: this token may ${rights} in scope ${cleanTerminalText(access.scope, false)}; mode ${mode}`;
  if (mode === 'read-write' && access.access === 'read') {
    return warn('remote', detail, 'Set "mode" to "read-only", or use a token that may write.');
  }
  return ok('remote', detail);
}

const toleratedMs = 30_000;
const brokenMs = 5 * 60_000;

/** The header tells whole seconds. Null where there is none. */
function judgeClock(
  { headers }: TransportResponse,
  { sentAt, receivedAt }: { readonly sentAt: number; readonly receivedAt: number },
): Finding | null {
  const server = typeof headers['date'] === 'string' ? Date.parse(headers['date']) : Number.NaN;
  if (Number.isNaN(server)) return null;
  const skewMs = (sentAt + receivedAt) / 2 - (server + 500);
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= toleratedMs) return ok('clock', 'agrees with the server to the second or so');
  const detail = `this clock is ${seconds} seconds ${skewMs > 0 ? 'ahead of' : 'behind'} that of the server`;
  const advice = 'Set the clock by the network time: tokens and identities count as expired, or as not valid yet.';
  return Math.abs(skewMs) > brokenMs ? fail('clock', detail, advice) : warn('clock', detail, advice);
}

type Token =
  | { readonly kind: 'read'; readonly token: string | null }
  | { readonly kind: 'refused'; readonly reason: string };

function readToken({ rootAbsolute }: DoctorContext, { token, tokenFile }: RemoteConfig): Token {
  if (token !== null || tokenFile === null) return { kind: 'read', token };
  const file = readSecretFile(resolve(rootAbsolute, tokenFile));
  return file.kind === 'read' ? { kind: 'read', token: file.secret } : file;
}

function checkSigning({ rootAbsolute, terminal }: DoctorContext, { signingKeyFile }: RemoteConfig): readonly Finding[] {
  const fromEnv = terminal.env['LARDER_SIGNING_KEY'] ?? '';
  if (fromEnv === '' && signingKeyFile === null) return [];
  const advice = 'Make a key with larder cache keygen; without one that can be read, nothing is uploaded.';
  const file = fromEnv === '' ? readSecretFile(resolve(rootAbsolute, signingKeyFile ?? '')) : null;
  if (file?.kind === 'refused') return [fail('signing', file.reason, advice)];
  if (parsePrivateKey(file?.secret ?? fromEnv) !== null) return [ok('signing', 'uploads are signed')];
  return [fail('signing', 'what should be the private key is no Ed25519 private key', advice)];
}

async function readText({ body }: TransportResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    sizeBytes += chunk.byteLength;
    if (sizeBytes > accessLimitBytes) return '';
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
