import type { OutgoingHttpHeaders } from 'node:http';
import {
  artifactContentType,
  parseTurborepoBatch,
  parseTurborepoEvents,
  parseTurborepoPath,
  turborepoBodyLimitBytes,
  turborepoEchoHeaders,
  type TurborepoHash,
} from '@larder/protocol';
import { answer, answerEntry, answerError, answerJson } from '../http/answer.ts';
import type { Exchange } from '../http/exchange.ts';
import { announcedSizeBytes, readJsonBody, readRequestBody } from '../http/request-body.ts';
import type { UploadResult } from '../scoped-entries.ts';
import type { EntryFacts } from '../storage/storage.ts';
import { requestAccess, type Access } from './access.ts';
import { describeUpload } from './describe-upload.ts';
import { findHeads } from './find-heads.ts';
import type { Protocol, ProtocolContext, Route } from './protocol.ts';
import { refuseAccess } from './refuse-access.ts';
import { countEvents, describeHead, readEchoHeaders } from './turborepo-facts.ts';

type Granted = Extract<Access, { kind: 'granted' }>;
type Handler = (exchange: Exchange, access: Granted) => Promise<void>;

/**
 * Turborepo's remote cache, `/v8/artifacts`. turbo takes every failed read for a miss and warns about a failed
 * write; a 403 with the code `forbidden` stops its uploads for the run. Tags are signatures of the clients': they
 * are kept and given back unread. The query (`teamId`, `slug`) is a client's word and counts for nothing.
 */
export function createTurborepoProtocol(context: ProtocolContext): Protocol {
  const withAccess = (handle: Handler) => async (exchange: Exchange) => {
    const access = await requestAccess(context, exchange, 'turborepo');
    if (access.kind === 'granted') return await handle(exchange, access);
    refuseAccess(exchange, access);
  };
  const findRoute = (path: string): Route | null => {
    const parsed = parseTurborepoPath(path);
    if (parsed === null) return null;
    switch (parsed.kind) {
      case 'status':
        return { name: parsed.kind, methods: { OPTIONS: answerPreflight, GET: withAccess(sendStatus) } };
      case 'batch':
        return { name: parsed.kind, methods: { OPTIONS: answerPreflight, POST: withAccess(lookUp) } };
      case 'events':
        return {
          name: parsed.kind,
          methods: {
            OPTIONS: answerPreflight,
            POST: withAccess((exchange, access) => takeEvents(context, exchange, access)),
          },
        };
      case 'artifact':
        return {
          name: parsed.kind,
          methods: {
            OPTIONS: answerPreflight,
            HEAD: withAccess((exchange, access) => sendHead(exchange, access, parsed.hash)),
            GET: withAccess((exchange, access) => sendArtifact(exchange, access, parsed.hash)),
            PUT: withAccess((exchange, access) => storeArtifact(exchange, access, parsed.hash)),
          },
        };
    }
  };
  return {
    name: 'turborepo',
    findRoute,
    answerFailure: (exchange) =>
      answerError(exchange, 500, { code: 'internal_error', message: 'The server failed; its log says why.' }),
  };
}

/** turbo sends its token only if the preflight allows that header. No origin is allowed: browsers stay out. */
async function answerPreflight(exchange: Exchange): Promise<void> {
  const allowed = ['authorization', 'content-type', 'user-agent', 'x-artifact-client-ci', ...turborepoEchoHeaders];
  answer(exchange, {
    status: 200,
    headers: {
      'access-control-allow-methods': 'OPTIONS, GET, HEAD, PUT, POST',
      'access-control-allow-headers': allowed.join(', '),
    },
  });
}

async function sendStatus(exchange: Exchange): Promise<void> {
  answerJson(exchange, 200, '{"status":"enabled"}');
}

async function sendHead(exchange: Exchange, { entries }: Granted, hash: TurborepoHash): Promise<void> {
  const facts = await entries.head(hash);
  if (facts === null) return answerMissing(exchange);
  answer(exchange, { status: 200, headers: { ...headersOf(facts), 'content-length': facts.sizeBytes } });
}

/**
 * turbo follows redirects. A signed artifact is sent from here all the same, because its tag would be missing there;
 * the duration is missing too, which turbo takes for 0.
 */
async function sendArtifact(exchange: Exchange, { entries }: Granted, hash: TurborepoHash): Promise<void> {
  const redirect = await entries.findRedirect(hash, (facts) => facts.attributes['x-artifact-tag'] === undefined);
  if (redirect !== null) return answer(exchange, { status: 302, headers: { location: redirect.url } });
  const entry = await entries.read(hash);
  if (entry === null) return answerMissing(exchange);
  await answerEntry(exchange, entry, headersOf(entry.facts));
}

async function storeArtifact(exchange: Exchange, { entries }: Granted, hash: TurborepoHash): Promise<void> {
  const attributes = readEchoHeaders(exchange.request.headers);
  if (attributes === null)
    return answerError(exchange, 400, { code: 'bad_request', message: 'A header is malformed.' });
  const sizeBytes = announcedSizeBytes(exchange);
  const result = await entries.write(hash, { body: readRequestBody(exchange), sizeBytes, sha256: null, attributes });
  answerUpload(exchange, result);
}

function answerUpload(exchange: Exchange, result: UploadResult): void {
  if (result.kind === 'stored') return answerJson(exchange, 202, '{"urls":[]}');
  answerError(exchange, statusOf(result.kind), { code: codeOf(result.kind), message: describeUpload(result) });
}

function statusOf(kind: Exclude<UploadResult['kind'], 'stored'>): number {
  switch (kind) {
    case 'exists':
      return 409;
    case 'forbidden':
      return 403;
    case 'too-large':
      return 413;
    case 'out-of-space':
    case 'quota-used-up':
      return 507;
    case 'size-mismatch':
    case 'digest-mismatch':
    case 'broken-off':
      return 400;
  }
}

/** turbo's own codes have underscores. */
function codeOf(kind: string): string {
  return kind.replaceAll('-', '_');
}

async function lookUp(exchange: Exchange, { entries }: Granted): Promise<void> {
  const hashes = parseTurborepoBatch(await readBody(exchange));
  if (hashes === null) return answerMalformedBody(exchange);
  const heads = await findHeads(entries, hashes);
  const results = hashes.map((hash) => [hash, describeHead(heads.get(hash))] as const);
  answerJson(exchange, 200, JSON.stringify(Object.fromEntries(results)));
}

async function takeEvents(context: ProtocolContext, exchange: Exchange, { identity }: Granted): Promise<void> {
  const events = parseTurborepoEvents(await readBody(exchange));
  if (events === null) return answerMalformedBody(exchange);
  context.usage.addTasks({ scope: identity.scope, project: '', target: '' }, countEvents(events));
  answer(exchange, { status: 200 });
}

async function readBody(exchange: Exchange): Promise<unknown> {
  const body = await readJsonBody(exchange, turborepoBodyLimitBytes);
  return body.kind === 'json' ? body.value : undefined;
}

function headersOf(facts: EntryFacts): OutgoingHttpHeaders {
  return { 'content-type': artifactContentType, ...facts.attributes };
}

function answerMissing(exchange: Exchange): void {
  answerError(exchange, 404, { code: 'not_found', message: 'There is no such artifact.' });
}

function answerMalformedBody(exchange: Exchange): void {
  answerError(exchange, 400, { code: 'bad_request', message: 'The body is not what this path takes.' });
}
