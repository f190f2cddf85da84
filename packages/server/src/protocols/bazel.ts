import { buffer } from 'node:stream/consumers';
import { artifactContentType, emptyBlobDigest, parseBazelPath, type BazelPath } from '@larder/protocol';
import { answer, answerEntry, answerText } from '../http/answer.ts';
import type { Exchange } from '../http/exchange.ts';
import { announcedSizeBytes, readRequestBody } from '../http/request-body.ts';
import type { ScopedEntries, UploadResult } from '../scoped-entries.ts';
import { closeEntry, type OpenEntry } from '../storage/storage.ts';
import { answerRefusal, describeRefusal, requestAccess } from './access.ts';
import { listReferencedDigests } from './action-result.ts';
import { describeUpload } from './describe-upload.ts';
import { findHeads } from './find-heads.ts';
import type { Protocol, ProtocolContext, Route } from './protocol.ts';

interface Stores {
  readonly actions: ScopedEntries;
  readonly blobs: ScopedEntries;
}

type Handler = (exchange: Exchange, stores: Stores) => Promise<void>;

/**
 * Bazel's HTTP cache, which moon speaks too: `GET`, `HEAD` and `PUT` of `[instance/]ac/<digest>` and
 * `[instance/]cas/<digest>`. Blobs are verified against their names. Of action results this protocol sees no more
 * than bytes; one that names blobs which are gone is a miss, since Bazel would fail on them later. Instances divide
 * action results alone: the name of a blob says all about it.
 */
export function createBazelProtocol(context: ProtocolContext): Protocol {
  const withStores = (handle: Handler) => async (exchange: Exchange) => {
    const access = await requestAccess(context, exchange, 'bazel-ac');
    if (access.kind === 'refused') {
      const body = `${describeRefusal(access.reason)}\n`;
      return answerRefusal(exchange, access, { body, contentType: 'text/plain; charset=utf-8' });
    }
    const blobs = context.openEntries(access.identity, exchange.from, 'bazel-cas');
    await handle(exchange, { actions: access.entries, blobs });
  };
  return {
    name: 'bazel',
    findRoute: (path): Route | null => {
      // moon asks for this before anything else.
      if (path === '/status') return { name: 'status', methods: { GET: sendStatus, HEAD: sendStatus } };
      const parsed = parseBazelPath(path);
      if (parsed === null) return null;
      const isBlob = parsed.kind === 'cas';
      const send: Handler = (exchange, stores) =>
        isBlob ? sendBlob(exchange, stores, parsed.digest) : sendAction(exchange, stores, nameOf(parsed));
      const store: Handler = (exchange, stores) =>
        isBlob ? storeBlob(exchange, stores, parsed.digest) : storeAction(exchange, stores, nameOf(parsed));
      return { name: parsed.kind, methods: { GET: withStores(send), HEAD: withStores(send), PUT: withStores(store) } };
    },
    answerFailure: (exchange) => answerText(exchange, 500, 'The cache server failed; its log says why.'),
  };
}

async function sendStatus(exchange: Exchange): Promise<void> {
  answer(exchange, { status: 200, headers: { 'content-type': 'application/json' }, body: '{"status":"ok"}' });
}

function nameOf({ instance, digest }: BazelPath): string {
  return instance === '' ? digest : `${instance}/${digest}`;
}

async function sendBlob(exchange: Exchange, { blobs }: Stores, digest: string): Promise<void> {
  if (digest === emptyBlobDigest) return answer(exchange, { status: 200, headers });
  if (exchange.method === 'HEAD') {
    const facts = await blobs.head(digest);
    if (facts === null) return answerMissing(exchange);
    return answer(exchange, { status: 200, headers: { ...headers, 'content-length': facts.sizeBytes } });
  }
  await sendEntry(exchange, await blobs.read(digest));
}

async function sendAction(exchange: Exchange, { actions, blobs }: Stores, name: string): Promise<void> {
  const entry = await actions.read(name);
  if (entry === null) return answerMissing(exchange);
  const { facts } = entry;
  const body = facts.sizeBytes > actionLimitBytes ? null : await readBody(entry);
  // Too large to be an action result that this server could judge: whatever it is, it is what was stored.
  if (body === null) return await sendEntry(exchange, entry);
  if (!(await isComplete(body, blobs))) return answerMissing(exchange);
  await sendEntry(exchange, { facts, body });
}

async function storeBlob(exchange: Exchange, { blobs }: Stores, digest: string): Promise<void> {
  const sizeBytes = announcedSizeBytes(exchange);
  const body = readRequestBody(exchange);
  answerUpload(exchange, await blobs.write(digest, { body, sizeBytes, sha256: digest, attributes: {} }));
}

async function storeAction(exchange: Exchange, { actions, blobs }: Stores, name: string): Promise<void> {
  await dropIncomplete(actions, blobs, name);
  const sizeBytes = announcedSizeBytes(exchange);
  const body = readRequestBody(exchange);
  answerUpload(exchange, await actions.write(name, { body, sizeBytes, sha256: null, attributes: {} }));
}

/** An action result whose blobs were evicted would keep its name for ever, and miss for ever. */
async function dropIncomplete(actions: ScopedEntries, blobs: ScopedEntries, name: string): Promise<void> {
  const entry = await actions.readOwn(name);
  if (entry === null) return;
  if (entry.facts.sizeBytes > actionLimitBytes) return closeEntry(entry);
  if (!(await isComplete(await readBody(entry), blobs))) await actions.drop(name);
}

/** An action result with a few thousand outputs. Each request may hold one in memory. */
const actionLimitBytes = 256 * 1024;
/** Each one is a question to the storage; beyond this the rest is believed. */
const checkedDigests = 2000;

async function isComplete(action: Uint8Array, blobs: ScopedEntries): Promise<boolean> {
  const digests = (listReferencedDigests(action) ?? []).filter((digest) => digest !== emptyBlobDigest);
  const checked = digests.slice(0, checkedDigests);
  return (await findHeads(blobs, checked)).size === checked.length;
}

async function readBody({ body }: OpenEntry): Promise<Uint8Array> {
  return body instanceof Uint8Array ? body : await buffer(body);
}

const headers = { 'content-type': artifactContentType } as const;

async function sendEntry(exchange: Exchange, entry: OpenEntry | null): Promise<void> {
  if (entry === null) return answerMissing(exchange);
  if (exchange.method !== 'HEAD') return await answerEntry(exchange, entry, headers);
  closeEntry(entry);
  answer(exchange, { status: 200, headers: { ...headers, 'content-length': entry.facts.sizeBytes } });
}

/** Bazel warns about every upload that is not 2xx. What exists already is as good as stored; the first bytes stay. */
function answerUpload(exchange: Exchange, result: UploadResult): void {
  if (result.kind === 'stored') return answer(exchange, { status: 201 });
  answerText(exchange, statusOf(result.kind), describeUpload(result));
}

function statusOf(kind: Exclude<UploadResult['kind'], 'stored'>): number {
  switch (kind) {
    case 'exists':
      return 200;
    case 'forbidden':
      return 403;
    case 'too-large':
      return 413;
    case 'out-of-space':
    case 'quota-used-up':
      return 507;
    case 'digest-mismatch':
    case 'size-mismatch':
    case 'broken-off':
      return 400;
  }
}

function answerMissing(exchange: Exchange): void {
  answerText(exchange, 404, 'There is no such entry.');
}
