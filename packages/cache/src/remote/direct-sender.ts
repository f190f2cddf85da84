import type { Agent, ClientRequest, IncomingMessage, request } from 'node:http';
import { urlToHttpOptions } from 'node:url';
import { waitForRoom } from '../store/wait-for-room.ts';
import { readAuthorities } from './read-authorities.ts';
import { keepAliveMs, type Answer, type Sender, type SenderOptions, type SentRequest } from './sender.ts';

interface Client {
  readonly agent: Agent;
  readonly request: typeof request;
}

/** Through Node's own client, of which only the protocols that are spoken are loaded. */
export async function openDirectSender({ connections, caFileAbsolute }: SenderOptions): Promise<Sender> {
  const authorities = await readAuthorities(caFileAbsolute);
  const options = { keepAlive: true, maxSockets: connections, timeout: keepAliveMs, scheduling: 'lifo' } as const;
  const clients = new Map<string, Promise<Client>>();

  async function open(protocol: string): Promise<Client> {
    if (protocol === 'https:') {
      const { Agent, request } = await import('node:https');
      return { agent: new Agent({ ...options, ...authorities }), request };
    }
    const { Agent, request } = await import('node:http');
    return { agent: new Agent(options), request };
  }

  return {
    send: async (request, signal) => {
      const { protocol } = request.url;
      const opened = clients.get(protocol) ?? open(protocol);
      clients.set(protocol, opened);
      return await exchange(await opened, request, signal);
    },
    close: async () => {
      for (const { agent } of await Promise.all(clients.values())) agent.destroy();
    },
  };
}

function exchange(client: Client, { method, url, headers, body }: SentRequest, signal: AbortSignal): Promise<Answer> {
  const { protocol, hostname, port, path } = urlToHttpOptions(url);
  return new Promise((resolve, reject) => {
    const request = client.request({ protocol, hostname, port, path, method, headers, agent: client.agent, signal });
    request.on('error', reject);
    request.on('response', (response: IncomingMessage) => {
      // The server has answered without the rest of an upload.
      response.on('end', () => void (request.writableFinished || request.destroy()));
      resolve({ status: response.statusCode ?? 0, headers: response.headers, body: response });
    });
    if (body === null || Buffer.isBuffer(body)) request.end(body);
    else writeBody(request, body).catch((error: Error) => request.destroy(error));
  });
}

async function writeBody(request: ClientRequest, body: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of body) {
    if (!request.destroyed && !request.write(chunk)) await waitForRoom(request);
    if (request.destroyed) return;
  }
  request.end();
}
