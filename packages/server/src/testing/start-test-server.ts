import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Access } from '../identity/identity.ts';
import { parseBareScope, parseScope, parseTenant, type Scope } from '../identity/scope.ts';
import { createToken } from '../identity/token-files.ts';
import type { ServerEvent } from '../server-event.ts';
import { defaultServerOptions, type ServerOptions } from '../server-options.ts';
import { startServer, type RunningServer } from '../start-server.ts';

/** A real server on a free port over a folder of its own. Development only. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly directory: string;
  readonly events: readonly ServerEvent[];
  /** Resolves with the first event of a type, also one that has happened already. */
  waitFor(type: ServerEvent['type']): Promise<ServerEvent>;
  /** `scope` may name a tenant, as `acme@main`. */
  token(scope: string, access: Access, expiresAtEpochMs?: number): Promise<string>;
  /** Closes the server and starts another one over the same folder, perhaps with other options. */
  restart(changes?: Partial<ServerOptions>): Promise<void>;
  reloadCertificate(): Promise<void>;
  close(): Promise<void>;
}

export async function startTestServer(overrides: Partial<ServerOptions> = {}): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), 'larder-server-'));
  const events: ServerEvent[] = [];
  const waiting = new Set<() => void>();
  const options: ServerOptions = {
    ...defaultServerOptions,
    storageDirectory: directory,
    onEvent: (event) => {
      events.push(event);
      for (const check of waiting) check();
    },
    ...overrides,
  };
  let server: RunningServer = await startServer(options);
  return {
    directory,
    events,
    get url() {
      return server.url;
    },
    waitFor: (type) => {
      const { promise, resolve } = Promise.withResolvers<ServerEvent>();
      const check = (): void => {
        const found = events.find((event) => event.type === type);
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
      return promise;
    },
    token: async (scope, access, expiresAtEpochMs) => {
      const [bare = '', tenant = null] = scope.split('@').reverse();
      const wanted = {
        scope: parseBareScope(bare) ?? scopeOf(bare),
        tenant: tenant === null ? null : parseTenant(tenant),
        access,
        createdAtEpochMs: options.epochMs(),
      };
      const made = await createToken(directory, { ...wanted, expiresAtEpochMs: expiresAtEpochMs ?? null });
      return made.token;
    },
    restart: async (changes = {}) => {
      await server.close();
      server = await startServer({ ...options, ...changes });
    },
    reloadCertificate: () => server.reloadCertificate(),
    close: () => server.close(),
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export function scopeOf(text: string): Scope {
  const scope = parseScope(text);
  if (scope === null) throw new Error(`"${text}" is not a scope`);
  return scope;
}
