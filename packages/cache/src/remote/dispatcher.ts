import { readFileSync } from 'node:fs';
import { getCACertificates } from 'node:tls';
import { StoreError } from '@larder/core';
import type { Dispatcher } from 'undici';

export interface DispatcherOptions {
  readonly connections: number;
  readonly timeoutMs: number;
  /** PEM file of authorities beside those that Node trusts, which `NODE_EXTRA_CA_CERTS` is among. */
  readonly caFileAbsolute: string | null;
  /** Proxies are taken from here: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, in either case. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const keepAliveMs = 10_000;

/** Imports undici, which takes tens of milliseconds: called when the first request is made. */
export async function openDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent } = await import('undici');
  const tls = readAuthorities(options.caFileAbsolute);
  const common = {
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: keepAliveMs,
    connect: { timeout: options.timeoutMs, ...tls },
    // Both directions are timed by `Deadline`, which also sees uploads.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const proxies = readProxies(options.env);
  if (proxies === null) return new Agent(common);
  return new EnvHttpProxyAgent({ ...common, ...proxies, requestTls: tls, proxyTls: tls });
}

function readAuthorities(caFileAbsolute: string | null): { readonly ca?: string[] } {
  if (caFileAbsolute === null) return {};
  try {
    return { ca: [...getCACertificates('default'), readFileSync(caFileAbsolute, 'utf8')] };
  } catch (error) {
    const detail = `the certificates in ${caFileAbsolute} cannot be read (${(error as NodeJS.ErrnoException).code})`;
    throw new StoreError('remote-misconfigured', detail, { cause: error });
  }
}

/** Null where no proxy is set. Everything is given, so that undici does not look into the process's environment. */
function readProxies(env: DispatcherOptions['env']): Record<'httpProxy' | 'httpsProxy' | 'noProxy', string> | null {
  const read = (name: string): string => env[name.toLowerCase()] ?? env[name] ?? '';
  const httpProxy = read('HTTP_PROXY');
  const httpsProxy = read('HTTPS_PROXY');
  return httpProxy === '' && httpsProxy === '' ? null : { httpProxy, httpsProxy, noProxy: read('NO_PROXY') };
}
