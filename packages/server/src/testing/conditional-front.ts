import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Passes everything on to an S3 server and honours `If-None-Match: *` as Amazon does. Development only. */
export interface ConditionalFront extends AsyncDisposable {
  readonly endpoint: string;
  /** How many writes it has refused. */
  readonly refused: () => number;
}

export async function startConditionalFront(s3Endpoint: string): Promise<ConditionalFront> {
  const taken = new Set<string>();
  let refused = 0;
  const handle = (incoming: IncomingMessage, response: ServerResponse): void => {
    const [path = '', query] = (incoming.url ?? '').split('?');
    const isPartOfUpload = query?.includes('uploadId') === true;
    const isConditional = incoming.headers['if-none-match'] === '*';
    if (isConditional && taken.has(path)) {
      refused += 1;
      incoming.resume();
      response.writeHead(412).end('<Error><Code>PreconditionFailed</Code></Error>');
      return;
    }
    if (isConditional || (incoming.method === 'PUT' && !isPartOfUpload)) taken.add(path);
    if (incoming.method === 'DELETE' && !isPartOfUpload) taken.delete(path);
    // The host is signed: it has to stay what the client wrote.
    const passed = request(s3Endpoint, { path: incoming.url, method: incoming.method, headers: incoming.headers });
    passed.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    incoming.pipe(passed);
  };
  const server = createServer(handle).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused: () => refused,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
