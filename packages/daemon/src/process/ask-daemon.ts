import { request } from 'node:http';
import {
  controlPath,
  createChallenge,
  isProof,
  parseDaemonStatus,
  prove,
  type ControlRequest,
  type DaemonStatus,
} from '../http/control.ts';
import type { DaemonRecord } from './daemon-record.ts';

/** No answer needs more. */
const maxAnswerBytes = 1024 * 1024;

/** Null where nobody answers within the time, or whoever does has not the token of the record. */
export async function askDaemon(
  { port, token }: DaemonRecord,
  asked: ControlRequest,
  timeoutMs: number,
): Promise<DaemonStatus | null> {
  const body = JSON.stringify(asked);
  const challenge = createChallenge();
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-larder-challenge': challenge,
    'x-larder-proof': prove(token, 'client', { challenge, body }),
    connection: 'close',
  };
  const { promise, resolve } = Promise.withResolvers<DaemonStatus | null>();
  const signal = AbortSignal.timeout(timeoutMs);
  const sent = request({ host: '127.0.0.1', port, path: controlPath, method: 'POST', headers, signal }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.length > maxAnswerBytes) response.destroy();
    });
    response.on('end', () => {
      const expected = prove(token, 'daemon', { challenge, body: text });
      resolve(isProof(response.headers['x-larder-proof'], expected) ? parseDaemonStatus(text) : null);
    });
    response.on('error', () => resolve(null));
    response.on('close', () => resolve(null));
  });
  sent.on('error', () => resolve(null));
  sent.end(body);
  return await promise;
}
