import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { buffer } from 'node:stream/consumers';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A request whose path is sent as it stands, which `fetch` would tidy up. Development only. */
export async function rawRequest(
  base: string,
  path: string,
  options: RequestOptions & { readonly body?: Uint8Array | string } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(base);
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const outgoing = request({ hostname, port, path, agent: false, ...options }, (response) => {
    buffer(response).then(
      (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      reject,
    );
  });
  outgoing.on('error', reject);
  outgoing.end(options.body);
  return await promise;
}
