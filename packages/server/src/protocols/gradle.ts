import { parseGradlePath, type GradleKey } from '@larder/protocol';
import { answer, answerEntry, answerText } from '../http/answer.ts';
import type { Exchange } from '../http/exchange.ts';
import { announcedSizeBytes, readRequestBody } from '../http/request-body.ts';
import type { UploadResult } from '../scoped-entries.ts';
import { answerRefusal, describeRefusal, requestAccess, type Access } from './access.ts';
import { describeUpload } from './describe-upload.ts';
import type { Protocol, ProtocolContext } from './protocol.ts';

const contentType = 'application/vnd.gradle.build-cache-artifact.v1';

/**
 * Gradle's HTTP build cache, `GET` and `PUT /cache/<key>`. Any answer to GET but 200 and 404, and any to PUT but 2xx
 * and 413, switches the cache off for the rest of the build, reads included. A wrong token should do that; a token
 * that may only read and passing troubles (limits, quotas, a full disk, a failure) should not: a miss or a 413.
 */
export function createGradleProtocol(context: ProtocolContext): Protocol {
  return {
    name: 'gradle',
    findRoute: (path) => {
      const key = parseGradlePath(path);
      if (key === null) return null;
      return {
        name: 'entry',
        methods: {
          GET: (exchange) => sendEntry(context, exchange, key),
          PUT: (exchange) => storeEntry(context, exchange, key),
        },
      };
    },
    answerFailure: (exchange) => answerPassing(exchange, 'The cache server failed; its log says why.'),
  };
}

async function sendEntry(context: ProtocolContext, exchange: Exchange, key: GradleKey): Promise<void> {
  const access = await requestAccess(context, exchange, 'gradle');
  if (access.kind === 'refused') return answerRefused(exchange, access);
  const entry = await access.entries.read(key);
  if (entry === null) return answerText(exchange, 404, 'There is no such entry.');
  await answerEntry(exchange, entry, { 'content-type': contentType });
}

async function storeEntry(context: ProtocolContext, exchange: Exchange, key: GradleKey): Promise<void> {
  const access = await requestAccess(context, exchange, 'gradle');
  if (access.kind === 'refused') return answerRefused(exchange, access);
  const sizeBytes = announcedSizeBytes(exchange);
  const body = readRequestBody(exchange);
  answerUpload(exchange, await access.entries.write(key, { body, sizeBytes, sha256: null, attributes: {} }));
}

function answerRefused(exchange: Exchange, access: Extract<Access, { kind: 'refused' }>): void {
  const message = describeRefusal(access.reason);
  if (access.retryAfterMs !== null) return answerPassing(exchange, message);
  answerRefusal(exchange, access, { body: `${message}\n`, contentType: 'text/plain; charset=utf-8' });
}

/** Gradle knows no "later": these are the answers after which it goes on using the cache. */
function answerPassing(exchange: Exchange, message: string): void {
  answerText(exchange, exchange.method === 'PUT' ? 413 : 404, message);
}

/** What exists already is as good as stored; the first bytes stay. */
function answerUpload(exchange: Exchange, result: UploadResult): void {
  if (result.kind === 'stored') return answer(exchange, { status: 201 });
  answerText(exchange, statusOf(result.kind), describeUpload(result));
}

function statusOf(kind: Exclude<UploadResult['kind'], 'stored'>): number {
  switch (kind) {
    case 'exists':
      return 200;
    case 'forbidden':
    case 'too-large':
    case 'out-of-space':
    case 'quota-used-up':
      return 413;
    case 'digest-mismatch':
    case 'size-mismatch':
    case 'broken-off':
      return 400;
  }
}
