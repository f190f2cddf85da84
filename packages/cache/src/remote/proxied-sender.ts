import type { Readable } from 'node:stream';
import type { Proxies } from './find-proxies.ts';
import { readAuthorities } from './read-authorities.ts';
import { keepAliveMs, type Sender, type SenderOptions } from './sender.ts';

/** Through undici, whose import takes a hundred milliseconds: Node's own client uses proxies in some of the supported versions only. */
export async function openProxiedSender(options: SenderOptions, proxies: Proxies): Promise<Sender> {
  const [{ EnvHttpProxyAgent }, tls] = await Promise.all([import('undici'), readAuthorities(options.caFileAbsolute)]);
  const dispatcher = new EnvHttpProxyAgent({
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    connect: { timeout: options.timeoutMs, ...tls },
    // Both directions are timed by `Deadline`, which also sees uploads.
    headersTimeout: 0,
    bodyTimeout: 0,
    ...proxies,
    requestTls: tls,
    proxyTls: tls,
  });
  return {
    send: async ({ method, url: { origin, pathname, search }, headers, body }, signal) => {
      const path = pathname + search;
      // undici takes async iterables; its types name only their common implementations.
      const answer = await dispatcher.request({ origin, path, method, headers, body: body as Readable | null, signal });
      return { status: answer.statusCode, headers: answer.headers, body: answer.body };
    },
    close: () => dispatcher.destroy(),
  };
}
