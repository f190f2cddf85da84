/** Empty where there is none. Everything is given, so that undici does not look into the process's environment. */
export type Proxies = Readonly<Record<'httpProxy' | 'httpsProxy' | 'noProxy', string>>;

type Env = Readonly<Record<string, string | undefined>>;

/** Null where no proxy is set. In either case: `HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`; the lower one wins, as in curl. */
export function findProxies(env: Env): Proxies | null {
  const read = (name: string): string => env[name.toLowerCase()] ?? env[name] ?? '';
  const httpProxy = read('HTTP_PROXY');
  const httpsProxy = read('HTTPS_PROXY');
  return httpProxy === '' && httpsProxy === '' ? null : { httpProxy, httpsProxy, noProxy: read('NO_PROXY') };
}
