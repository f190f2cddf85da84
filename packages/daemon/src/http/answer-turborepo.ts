import {
  parseTurborepoBatch,
  turborepoBodyLimitBytes,
  turborepoEchoHeaders,
  type TurborepoPath,
} from '@larder/protocol';
import { carriesSignature, type EntryAttributes, type EntryKey } from '../entries/entry.ts';
import { answer, answerEntry, hasLeft, readBody, readText, type Exchange } from './exchange.ts';
import { findWithin, type ClientContext } from './answer-nx.ts';

export interface TurborepoContext extends ClientContext {
  /** Whether this turbo signs what it stores, and takes nothing else. */
  readonly isSigned: boolean;
}

/** Turborepo's remote cache. turbo takes any failed read for a miss, and warns where a write fails. */
export async function answerTurborepo(
  exchange: Exchange,
  path: TurborepoPath,
  context: TurborepoContext,
): Promise<void> {
  const { method } = exchange.request;
  if (method === 'OPTIONS') return answerPreflight(exchange);
  if (!context.admission.admits(exchange.request.headers.authorization))
    return answerError(exchange, 401, 'unauthorized');
  switch (path.kind) {
    case 'status':
      return answer(exchange, 200, '{"status":"enabled"}');
    case 'events':
      // What turbo counts, the daemon counts itself.
      return answer(exchange, 200, '{}');
    case 'batch':
      return await answerBatch(exchange, context);
    case 'artifact': {
      if (method === 'PUT') return await storeArtifact(exchange, path.hash, context);
      if (method !== 'GET' && method !== 'HEAD') return answerError(exchange, 405, 'method_not_allowed');
      const entry = await findWithin(keyOf(path.hash, context.isSigned), context);
      return entry === null ? answerError(exchange, 404, 'not_found') : await answerEntry(exchange, entry);
    }
  }
}

function keyOf(hash: string, isSigned: boolean): EntryKey {
  return { protocol: 'turborepo', hash, ...(isSigned && { isSigned }) };
}

async function storeArtifact(exchange: Exchange, hash: string, context: TurborepoContext): Promise<void> {
  const { levels, onTrouble, isSigned } = context;
  const attributes = readAttributes(exchange);
  if (attributes === null) return answerError(exchange, 400, 'malformed_header');
  const key = keyOf(hash, isSigned && carriesSignature(attributes));
  try {
    const stored = await levels.store(key, readBody(exchange), attributes);
    answer(exchange, 202, JSON.stringify({ urls: [], stored: stored === 'stored' }));
  } catch (error) {
    if (!hasLeft(exchange)) onTrouble(error);
    answerError(exchange, 500, 'not_stored');
  }
}

/** Null for a hash sends nobody to HEAD, so a batch only says what is near. */
async function answerBatch(exchange: Exchange, context: TurborepoContext): Promise<void> {
  const text = await readText(exchange, turborepoBodyLimitBytes);
  const hashes = text === null ? null : parseTurborepoBatch(parseJson(text));
  if (hashes === null) return answerError(exchange, 400, 'malformed');
  const found: Record<string, unknown> = {};
  for (const hash of hashes) {
    const entry = await findWithin(keyOf(hash, context.isSigned), context);
    found[hash] = entry === null ? null : describe(entry);
  }
  answer(exchange, 200, JSON.stringify(found));
}

function describe({
  sizeBytes,
  attributes,
}: {
  readonly sizeBytes: number;
  readonly attributes: EntryAttributes;
}): unknown {
  const { 'x-artifact-duration': duration, 'x-artifact-tag': tag } = attributes;
  const { 'x-artifact-sha': sha, 'x-artifact-dirty-hash': dirtyHash } = attributes;
  return { size: sizeBytes, taskDurationMs: Number(duration ?? 0), tag, sha, dirtyHash };
}

function readAttributes({ request }: Exchange): EntryAttributes | null {
  const attributes: Record<string, string> = {};
  for (const name of turborepoEchoHeaders) {
    const value = request.headers[name];
    if (value === undefined) continue;
    if (typeof value !== 'string' || !/^[\x21-\x7e]{1,512}$/.test(value)) return null;
    attributes[name] = value;
  }
  return attributes;
}

/** turbo sends its token only where the preflight allows it. No origin is allowed: browsers stay out. */
function answerPreflight(exchange: Exchange): void {
  const allowed = ['authorization', 'content-type', 'user-agent', 'x-artifact-client-ci', ...turborepoEchoHeaders];
  answer(exchange, 200, '', {
    'access-control-allow-headers': allowed.join(', '),
    'access-control-allow-methods': 'GET, HEAD, PUT, POST, OPTIONS',
  });
}

function answerError(exchange: Exchange, status: number, code: string): void {
  answer(exchange, status, JSON.stringify({ error: { code, message: code.replaceAll('_', ' ') } }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
