import type { OutgoingHttpHeaders } from 'node:http';
import type { TaskHash } from '@larder/core';
import {
  artifactContentType,
  formatLookupResponse,
  larderHeaders,
  larderStatus,
  lookupRequestLimitBytes,
  parseExecutionMs,
  parseLarderPath,
  parseLookupRequest,
  parseSha256,
} from '@larder/protocol';
import { answer, answerEntry, answerError, answerJson } from '../http/answer.ts';
import type { Exchange } from '../http/exchange.ts';
import { announcedSizeBytes, readJsonBody, readRequestBody } from '../http/request-body.ts';
import type { ScopedEntries, UploadResult } from '../scoped-entries.ts';
import type { EntryFacts } from '../storage/storage.ts';
import { describeRefusal, requestAccess } from './access.ts';
import { describeUpload } from './describe-upload.ts';
import { findHeads } from './find-heads.ts';
import type { Protocol, ProtocolContext, Route } from './protocol.ts';

type Handler = (exchange: Exchange, entries: ScopedEntries) => Promise<void>;

/** Larder's own protocol, see `docs/protocol.md`. */
export function createLarderProtocol(context: ProtocolContext): Protocol {
  const withAccess = (handle: Handler) => async (exchange: Exchange) => {
    const access = await requestAccess(context, exchange, 'larder');
    if (access.kind === 'granted') return await handle(exchange, access.entries);
    const message = describeRefusal(access.reason);
    answerError(exchange, larderStatus.unauthorized, { code: 'unauthorized', message });
  };
  return {
    findRoute: (path): Route | null => {
      const parsed = parseLarderPath(path);
      if (parsed === null) return null;
      if (parsed.kind === 'lookup') return { POST: withAccess(lookUp) };
      if (parsed.kind !== 'artifact') return null;
      const { hash } = parsed;
      return {
        HEAD: withAccess((exchange, entries) => sendHead(exchange, entries, hash)),
        GET: withAccess((exchange, entries) => sendArtifact(exchange, entries, hash)),
        PUT: withAccess((exchange, entries) => storeArtifact(exchange, entries, hash)),
      };
    },
    answerFailure: (exchange) =>
      answerError(exchange, larderStatus.failed, { code: 'failed', message: 'The server failed; its log says why.' }),
  };
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
  await answerEntry(exchange, entry, headersOf(entry.facts));
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
  const attributes = attributesOf(headers[larderHeaders.executionMs]);
  if (attributes === null) return answerMalformed(exchange, `${larderHeaders.executionMs} must be whole milliseconds.`);
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
      return larderStatus.outOfSpace;
    case 'digest-mismatch':
      return larderStatus.digestMismatch;
    case 'size-mismatch':
    case 'broken-off':
      return larderStatus.malformed;
  }
}

function attributesOf(executionMs: string | string[] | undefined): Readonly<Record<string, string>> | null {
  if (executionMs === undefined) return {};
  const parsed = parseExecutionMs(executionMs);
  return parsed === null ? null : { [larderHeaders.executionMs]: String(parsed) };
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
