import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { TaskHash } from '@larder/core';
import {
  artifactContentType,
  formatAccess,
  formatLookupResponse,
  larderHeaders,
  larderStatus,
  lookupRequestLimitBytes,
  parseExecutionMs,
  parseLarderPath,
  parseLookupRequest,
  parseRange,
  parseSha256,
  parseSignature,
} from '@larder/protocol';
import { answer, answerEntry, answerError, answerJson, answerRest } from '../http/answer.ts';
import type { Exchange } from '../http/exchange.ts';
import { announcedSizeBytes, readJsonBody, readRequestBody } from '../http/request-body.ts';
import type { ScopedEntries, UploadResult } from '../scoped-entries.ts';
import type { EntryFacts } from '../storage/storage.ts';
import { requestAccess, requestIdentity } from './access.ts';
import { describeUpload } from './describe-upload.ts';
import { findHeads } from './find-heads.ts';
import type { Protocol, ProtocolContext, Route } from './protocol.ts';
import { refuseAccess } from './refuse-access.ts';
import { sendTokenGrant } from './send-token-grant.ts';
import { takeRunReport } from './take-run-report.ts';

type Handler = (exchange: Exchange, entries: ScopedEntries) => Promise<void>;

/** Larder's own protocol, see `docs/protocol.md`. */
export function createLarderProtocol(context: ProtocolContext): Protocol {
  const withAccess = (handle: Handler) => async (exchange: Exchange) => {
    const access = await requestAccess(context, exchange, 'larder');
    if (access.kind === 'granted') return await handle(exchange, access.entries);
    refuseAccess(exchange, access);
  };
  return {
    name: 'larder',
    findRoute: (path): Route | null => {
      const parsed = parseLarderPath(path);
      if (parsed === null) return null;
      switch (parsed.kind) {
        case 'lookup':
          return { name: parsed.kind, methods: { POST: withAccess(lookUp) } };
        case 'token':
          return { name: parsed.kind, methods: { POST: (exchange) => sendTokenGrant(context, exchange) } };
        case 'events':
          return { name: parsed.kind, methods: { POST: (exchange) => takeRunReport(context, exchange) } };
        case 'access':
          return { name: parsed.kind, methods: { GET: (exchange) => sendAccess(context, exchange) } };
        case 'artifact': {
          const { hash } = parsed;
          const methods = {
            HEAD: withAccess((exchange, entries) => sendHead(exchange, entries, hash)),
            GET: withAccess((exchange, entries) => sendArtifact(exchange, entries, hash)),
            PUT: withAccess((exchange, entries) => storeArtifact(exchange, entries, hash)),
          };
          return { name: parsed.kind, methods };
        }
      }
    },
    answerFailure: (exchange) =>
      answerError(exchange, larderStatus.failed, { code: 'failed', message: 'The server failed; its log says why.' }),
  };
}

async function sendAccess(context: ProtocolContext, exchange: Exchange): Promise<void> {
  const access = await requestIdentity(context, exchange);
  if (access.kind === 'refused') return refuseAccess(exchange, access);
  answerJson(exchange, 200, formatAccess(access.identity));
}

async function lookUp(exchange: Exchange, entries: ScopedEntries): Promise<void> {
  const body = await readJsonBody(exchange, lookupRequestLimitBytes);
  if (body.kind === 'too-large') {
    const message = `A lookup has at most ${lookupRequestLimitBytes} bytes.`;
    return answerError(exchange, larderStatus.tooLarge, { code: body.kind, message });
  }
  const hashes = body.kind === 'json' ? parseLookupRequest(body.value) : null;
  if (hashes === null) return answerMalformed(exchange, 'The body must be {"hashes":[…]} with at most 1,000 hashes.');
  const heads = await findHeads(entries, hashes);
  const sizes = new Map([...heads].map(([hash, facts]) => [hash, facts.sizeBytes]));
  answerJson(exchange, larderStatus.found, formatLookupResponse(sizes));
}

async function sendHead(exchange: Exchange, entries: ScopedEntries, hash: TaskHash): Promise<void> {
  const facts = await entries.head(hash);
  if (facts === null) return answerMissing(exchange);
  answer(exchange, { status: larderStatus.found, headers: { ...headersOf(facts), 'content-length': facts.sizeBytes } });
}

async function sendArtifact(exchange: Exchange, entries: ScopedEntries, hash: TaskHash): Promise<void> {
  const entry = await entries.read(hash);
  if (entry === null) return answerMissing(exchange);
  const fromBytes = parseRange(exchange.request.headers.range);
  const headers = headersOf(entry.facts);
  if (fromBytes === null) await answerEntry(exchange, entry, headers);
  else await answerRest(exchange, entry, { fromBytes, headers });
}

async function storeArtifact(exchange: Exchange, entries: ScopedEntries, hash: TaskHash): Promise<void> {
  const { headers } = exchange.request;
  const sizeBytes = announcedSizeBytes(exchange);
  if (sizeBytes === null) {
    const message = 'An upload must announce its size in content-length.';
    return answerError(exchange, larderStatus.lengthRequired, { code: 'length-required', message });
  }
  const sha256 = parseSha256(headers[larderHeaders.sha256]);
  if (sha256 === null) return answerMalformed(exchange, `${larderHeaders.sha256} must be 64 lowercase hex digits.`);
  const attributes = attributesOf(headers);
  if (attributes === null) return answerMalformed(exchange, attributesHelp);
  const body = readRequestBody(exchange);
  answerUpload(exchange, await entries.write(hash, { body, sizeBytes, sha256, attributes }));
}

function answerUpload(exchange: Exchange, result: UploadResult): void {
  if (result.kind === 'stored') return answer(exchange, { status: larderStatus.stored });
  answerError(exchange, statusOf(result.kind), { code: result.kind, message: describeUpload(result) });
}

function statusOf(kind: Exclude<UploadResult['kind'], 'stored'>): number {
  switch (kind) {
    case 'exists':
      return larderStatus.exists;
    case 'forbidden':
      return larderStatus.forbidden;
    case 'too-large':
      return larderStatus.tooLarge;
    case 'out-of-space':
    case 'quota-used-up':
      return larderStatus.outOfSpace;
    case 'digest-mismatch':
      return larderStatus.digestMismatch;
    case 'size-mismatch':
    case 'broken-off':
      return larderStatus.malformed;
  }
}

const attributesHelp = `${larderHeaders.executionMs} must be whole milliseconds, ${larderHeaders.signature} short printable text.`;

/** What goes out again with the artifact. Null where a header is malformed. */
function attributesOf(headers: IncomingHttpHeaders): Readonly<Record<string, string>> | null {
  const { [larderHeaders.executionMs]: executionMs, [larderHeaders.signature]: signature } = headers;
  if (executionMs !== undefined && parseExecutionMs(executionMs) === null) return null;
  if (signature !== undefined && parseSignature(signature) === null) return null;
  return {
    ...(executionMs === undefined ? {} : { [larderHeaders.executionMs]: String(parseExecutionMs(executionMs)) }),
    ...(signature === undefined ? {} : { [larderHeaders.signature]: String(signature) }),
  };
}

function headersOf(facts: EntryFacts): OutgoingHttpHeaders {
  return { 'content-type': artifactContentType, [larderHeaders.sha256]: facts.sha256, ...facts.attributes };
}

function answerMissing(exchange: Exchange): void {
  answerError(exchange, larderStatus.missing, { code: 'missing', message: 'There is no such artifact.' });
}

function answerMalformed(exchange: Exchange, message: string): void {
  answerError(exchange, larderStatus.malformed, { code: 'malformed', message });
}
