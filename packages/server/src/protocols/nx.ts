import { artifactContentType, parseNxPath, type NxHash } from '@larder/protocol';
import { answerEntry, answerText } from '../http/answer.ts';
import { whileConsuming, withinDeadline } from '../http/deadline.ts';
import type { Exchange } from '../http/exchange.ts';
import { announcedSizeBytes, readRequestBody } from '../http/request-body.ts';
import type { UploadResult } from '../scoped-entries.ts';
import { closeEntry, type OpenEntry } from '../storage/storage.ts';
import { describeRefusal, requestAccess } from './access.ts';
import { describeUpload } from './describe-upload.ts';
import type { Protocol, ProtocolContext } from './protocol.ts';

/**
 * Nx's self-hosted remote cache: `GET` and `PUT /v1/cache/{hash}`. Nx fails the whole run on any answer to GET but
 * 200 and 404, waits for ever for one that does not come, and marks a task that succeeded as failed on any answer to
 * PUT but 200, 403 and 409. So trouble of every kind, a bad token among it, is a miss or a 403 here, within a
 * deadline; the log and the answer's text say what it was.
 */
export function createNxProtocol(context: ProtocolContext): Protocol {
  return {
    name: 'nx',
    findRoute: (path) => {
      const hash = parseNxPath(path);
      if (hash === null) return null;
      return {
        name: 'artifact',
        methods: {
          GET: (exchange) => sendArtifact(context, exchange, hash),
          PUT: (exchange) => storeArtifact(context, exchange, hash),
        },
      };
    },
    answerFailure: (exchange) =>
      answerText(exchange, exchange.method === 'GET' ? 404 : 403, 'The cache server failed; its log says why.'),
  };
}

type Found = { readonly kind: 'hit'; readonly entry: OpenEntry } | { readonly kind: 'miss'; readonly message: string };

async function sendArtifact(context: ProtocolContext, exchange: Exchange, hash: NxHash): Promise<void> {
  const found = await withinDeadline(findArtifact(context, exchange, hash), context.answerWithinMs, (late) => {
    if (late.kind === 'hit') closeEntry(late.entry);
  });
  if (found.kind === 'late') return answerLate(context, exchange, 404);
  if (found.value.kind === 'miss') return answerText(exchange, 404, found.value.message);
  await answerEntry(exchange, found.value.entry, { 'content-type': artifactContentType });
}

async function findArtifact(context: ProtocolContext, exchange: Exchange, hash: NxHash): Promise<Found> {
  const access = await requestAccess(context, exchange, 'nx');
  if (access.kind === 'refused') return { kind: 'miss', message: describeRefusal(access.reason) };
  const entry = await access.entries.read(hash);
  return entry === null ? { kind: 'miss', message: 'There is no such artifact.' } : { kind: 'hit', entry };
}

async function storeArtifact(context: ProtocolContext, exchange: Exchange, hash: NxHash): Promise<void> {
  const { answerWithinMs } = context;
  const access = await withinDeadline(requestAccess(context, exchange, 'nx'), answerWithinMs, () => {});
  if (access.kind === 'late') return answerLate(context, exchange, 403);
  if (access.value.kind === 'refused') return answerText(exchange, 403, describeRefusal(access.value.reason));
  const { entries } = access.value;
  const sizeBytes = announcedSizeBytes(exchange);
  const stored = await whileConsuming(readRequestBody(exchange), answerWithinMs, (body) =>
    entries.write(hash, { body, sizeBytes, sha256: null, attributes: {} }),
  );
  if (stored.kind === 'late') return answerLate(context, exchange, 403);
  answerUpload(exchange, stored.value);
}

function answerUpload(exchange: Exchange, result: UploadResult): void {
  if (result.kind === 'stored') return answerText(exchange, 200, 'Stored.');
  answerText(exchange, result.kind === 'exists' ? 409 : 403, describeUpload(result));
}

function answerLate(context: ProtocolContext, exchange: Exchange, status: number): void {
  const { method, path } = exchange;
  const detail = `The storage did not answer within ${context.answerWithinMs} ms.`;
  context.record({ type: 'request-failed', method, path, detail });
  answerText(exchange, status, detail);
}
