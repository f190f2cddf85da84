import { StoreError, type ArtifactHead, type ArtifactSource, type TaskHash } from '@larder/core';
import type * as Protocol from '@larder/protocol';
import type { Download } from './download.ts';
import { headerOf, rejectStatus } from './response.ts';
import type { Transport, TransportResponse } from './transport.ts';

export interface RequestContext {
  readonly protocol: typeof Protocol;
  readonly transport: Transport;
  readonly url: string;
  readonly maxArtifactBytes: number;
}

/** One request each; throws whatever is not an answer of the protocol. */
export class RemoteRequests {
  readonly #context: RequestContext;

  constructor(context: RequestContext) {
    this.#context = context;
  }

  async head(hash: TaskHash, signal: AbortSignal): Promise<ArtifactHead | null> {
    const response = await this.#send('HEAD', hash, { headers: {}, body: null }, signal);
    const { larderStatus } = this.#context.protocol;
    if (response.status !== larderStatus.found && response.status !== larderStatus.missing)
      return await this.#reject(response);
    await response.discard();
    return response.status === larderStatus.missing ? null : { sizeBytes: readContentLength(response) };
  }

  async get(hash: TaskHash, signal: AbortSignal): Promise<Download | null> {
    const response = await this.#send('GET', hash, { headers: {}, body: null }, signal);
    const { larderStatus, larderHeaders, parseSha256 } = this.#context.protocol;
    if (response.status === larderStatus.missing) {
      await response.discard();
      return null;
    }
    if (response.status !== larderStatus.found) return await this.#reject(response);
    try {
      const sizeBytes = readContentLength(response);
      this.#refuseTooLarge(sizeBytes);
      return { sizeBytes, sha256: parseSha256(headerOf(response, larderHeaders.sha256)), body: response.body };
    } catch (error) {
      await response.body[Symbol.asyncIterator]().return?.();
      throw error;
    }
  }

  async put(hash: TaskHash, artifact: ArtifactSource, signal: AbortSignal): Promise<'stored' | 'exists'> {
    const { larderStatus, larderHeaders, artifactContentType } = this.#context.protocol;
    this.#refuseTooLarge(artifact.sizeBytes);
    const headers = {
      'content-type': artifactContentType,
      'content-length': String(artifact.sizeBytes),
      [larderHeaders.sha256]: artifact.sha256,
    };
    const response = await this.#send('PUT', hash, { headers, body: artifact.open() }, signal);
    if (response.status !== larderStatus.stored && response.status !== larderStatus.exists)
      return await this.#reject(response);
    await response.discard();
    return response.status === larderStatus.stored ? 'stored' : 'exists';
  }

  close(): Promise<void> {
    return this.#context.transport.close();
  }

  #send(
    method: 'GET' | 'HEAD' | 'PUT',
    hash: TaskHash,
    request: { readonly headers: Readonly<Record<string, string>>; readonly body: AsyncIterable<Uint8Array> | null },
    signal: AbortSignal,
  ): Promise<TransportResponse> {
    const { protocol, transport, url } = this.#context;
    return transport.send({ method, url: protocol.artifactUrl(url, hash), ...request }, signal);
  }

  #reject(response: TransportResponse): Promise<never> {
    return rejectStatus(response, (body) => this.#context.protocol.parseErrorBody(body)?.message ?? '');
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
