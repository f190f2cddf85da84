import { StoreError, type ArtifactHead, type ArtifactSource, type TaskHash } from '@larder/core';
import {
  artifactContentType,
  artifactUrl,
  eventsUrl,
  formatExecutionMs,
  formatLookupRequest,
  formatRange,
  formatRunReports,
  larderHeaders,
  larderStatus,
  lookupResponseLimitBytes,
  lookupUrl,
  parseContentRange,
  parseErrorBody,
  parseLookupResponse,
  parseSha256,
  type ContentRange,
  type ReportedTask,
} from '@larder/protocol';
import type { Download } from './download.ts';
import { readJson } from './read-json.ts';
import type { RemoteConnection } from './remote-connection.ts';
import { headerOf, rejectStatus } from './response.ts';
import type { TransferRates } from './transfer-rates.ts';
import type { TransportRequest, TransportResponse } from './transport.ts';

export interface RequestContext {
  readonly connection: RemoteConnection;
  readonly rates: TransferRates;
  readonly url: string;
  readonly maxArtifactBytes: number;
}

/** One request each; throws whatever is not an answer of the  */
export class RemoteRequests {
  readonly #context: RequestContext;

  constructor(context: RequestContext) {
    this.#context = context;
  }

  async head(hash: TaskHash, signal: AbortSignal): Promise<ArtifactHead | null> {
    const response = await this.#measured(() => this.#sendFor(hash, { method: 'HEAD' }, signal));
    if (response.status !== larderStatus.found && response.status !== larderStatus.missing)
      return await this.#reject(response);
    await response.discard();
    return response.status === larderStatus.missing ? null : { sizeBytes: readContentLength(response) };
  }

  /** Asks for what comes after a byte where some is here already; the server may send the whole all the same. */
  async get(
    hash: TaskHash,
    { fromBytes, signal }: { readonly fromBytes: number; readonly signal: AbortSignal },
  ): Promise<Download | null> {
    const headers: Record<string, string> = fromBytes === 0 ? {} : { range: formatRange(fromBytes) };
    const response = await this.#measured(() => this.#sendFor(hash, { method: 'GET', headers }, signal));
    if (response.status === larderStatus.missing) {
      await response.discard();
      return null;
    }
    const isPart = fromBytes > 0 && response.status === larderStatus.partial;
    if (response.status !== larderStatus.found && !isPart) return await this.#reject(response);
    try {
      const range = isPart ? this.#readRange(response) : { fromBytes: 0, sizeBytes: readContentLength(response) };
      this.#refuseTooLarge(range.sizeBytes);
      return { ...range, sha256: parseSha256(headerOf(response, larderHeaders.sha256)), body: response.body };
    } catch (error) {
      await response.body[Symbol.asyncIterator]().return?.();
      throw error;
    }
  }

  async put(hash: TaskHash, artifact: ArtifactSource, signal: AbortSignal): Promise<'stored' | 'exists'> {
    const { executionMs } = artifact;
    this.#refuseTooLarge(artifact.sizeBytes);
    const headers = {
      'content-type': artifactContentType,
      'content-length': String(artifact.sizeBytes),
      [larderHeaders.sha256]: artifact.sha256,
      ...(executionMs === undefined ? {} : { [larderHeaders.executionMs]: formatExecutionMs(executionMs) }),
    };
    const startedAt = performance.now();
    const response = await this.#sendFor(hash, { method: 'PUT', headers, body: artifact.open() }, signal);
    if (response.status !== larderStatus.stored && response.status !== larderStatus.exists)
      return await this.#reject(response);
    await response.discard();
    if (response.status !== larderStatus.stored) return 'exists';
    this.#context.rates.noteTransfer(artifact.sizeBytes, performance.now() - startedAt);
    return 'stored';
  }

  /** At most `lookupLimit` hashes. Null where the server does not know this request. */
  async lookUp(hashes: readonly TaskHash[], signal: AbortSignal): Promise<ReadonlyMap<TaskHash, number> | null> {
    const { url } = this.#context;
    const response = await this.#measured(() =>
      this.#send(
        {
          method: 'POST',
          url: lookupUrl(url),
          headers: { 'content-type': 'application/json' },
          body: Buffer.from(formatLookupRequest(hashes)),
        },
        signal,
      ),
    );
    if (response.status === 404 || response.status === 405) {
      await response.discard();
      return null;
    }
    if (response.status !== 200) return await this.#reject(response);
    const found = parseLookupResponse(await readJson(response, lookupResponseLimitBytes));
    if (found === null) throw new StoreError('remote-error', 'the server did not answer a lookup as agreed');
    return found;
  }

  /** What a run made of the cache. Servers that do not know this request are no trouble. */
  async report(tasks: readonly ReportedTask[], signal: AbortSignal): Promise<void> {
    const { url } = this.#context;
    const headers = { 'content-type': 'application/json' };
    for (const text of formatRunReports(tasks)) {
      const request = { method: 'POST', url: eventsUrl(url), headers, body: Buffer.from(text) } as const;
      const response = await this.#send(request, signal);
      await response.discard();
      if (response.status >= 300) return;
    }
  }

  close(): Promise<void> {
    return this.#context.connection.close();
  }

  /** Until the answer begins: about one round trip. */
  async #measured(send: () => Promise<TransportResponse>): Promise<TransportResponse> {
    const startedAt = performance.now();
    const response = await send();
    this.#context.rates.noteRoundTrip(performance.now() - startedAt);
    return response;
  }

  #sendFor(
    hash: TaskHash,
    request: Pick<TransportRequest, 'method'> & Partial<TransportRequest>,
    signal: AbortSignal,
  ): Promise<TransportResponse> {
    const url = artifactUrl(this.#context.url, hash);
    return this.#send({ headers: {}, body: null, ...request, url }, signal);
  }

  #send(request: Omit<TransportRequest, 'token'>, signal: AbortSignal): Promise<TransportResponse> {
    return this.#context.connection.send(request, signal);
  }

  #reject(response: TransportResponse): Promise<never> {
    return rejectStatus(response, (body) => parseErrorBody(body)?.message ?? '');
  }

  #readRange(response: TransportResponse): ContentRange {
    const range = parseContentRange(headerOf(response, 'content-range'));
    if (range === null) throw new StoreError('remote-error', 'the server did not say which part it sends');
    return range;
  }

  #refuseTooLarge(sizeBytes: number): void {
    const { maxArtifactBytes } = this.#context;
    if (sizeBytes <= maxArtifactBytes) return;
    throw new StoreError('remote-too-large', `the artifact has ${sizeBytes} bytes, more than ${maxArtifactBytes}`);
  }
}

function readContentLength(response: TransportResponse): number {
  const text = headerOf(response, 'content-length') ?? '';
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new StoreError('remote-error', 'the server did not say how large the artifact is');
}
