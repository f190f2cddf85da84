import { connect, type Socket } from 'node:net';
import { controlPath, parseDaemonStatus, type ControlRequest, type DaemonStatus } from '../http/control.ts';
import type { DaemonRecord } from './daemon-record.ts';
import { createChallenge, isProof, prove } from './proof.ts';

/** No answer needs more. */
const maxAnswerBytes = 1024 * 1024;

/**
 * Null where nobody answers within the time, or whoever does has not the token of the record. The exchange is HTTP
 * written by hand: Node's client would take longer to load and to set up than all the rest of the start of a run.
 */
export async function askDaemon(
  { port, token }: DaemonRecord,
  asked: ControlRequest,
  timeoutMs: number,
): Promise<DaemonStatus | null> {
  const body = JSON.stringify(asked);
  const challenge = createChallenge();
  const lines = [
    `POST ${controlPath} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-larder-challenge: ${challenge}`,
    `x-larder-proof: ${prove(token, 'client', { challenge, body })}`,
    'connection: close',
  ];
  const socket = connect(port, '127.0.0.1');
  // Left open: a server of Node's gives up a request whose sender closes its half.
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  const answer = parseAnswer(await readAll(socket, timeoutMs));
  if (answer === null) return null;
  return isProof(answer.proof, prove(token, 'daemon', { challenge, body: answer.body }))
    ? parseDaemonStatus(answer.body)
    : null;
}

/** What came until the other side closed; what came until then is cut off where that takes too long. */
async function readAll(socket: Socket, timeoutMs: number): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > maxAnswerBytes) socket.destroy();
  });
  // Whatever is wrong with the connection, it closes after it.
  socket.on('error', () => {});
  socket.on('close', () => {
    clearTimeout(timer);
    resolve(Buffer.concat(chunks));
  });
  return await promise;
}

/** Daemons say how long their answers are, so that none is cut into chunks. Null for anything else. */
function parseAnswer(bytes: Buffer): { readonly body: string; readonly proof: string } | null {
  const end = bytes.indexOf('\r\n\r\n');
  const head = end === -1 ? '' : bytes.toString('latin1', 0, end);
  const length = /\r\ncontent-length: (\d{1,7})(?:\r\n|$)/i.exec(head)?.[1];
  const proof = /\r\nx-larder-proof: ([0-9a-f]{64})(?:\r\n|$)/i.exec(head)?.[1];
  if (!head.startsWith('HTTP/1.1 200 ') || length === undefined || proof === undefined) return null;
  const body = bytes.subarray(end + 4);
  return body.length === Number(length) ? { body: body.toString('utf8'), proof } : null;
}
