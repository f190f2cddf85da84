import { resolve } from 'node:path';
import type { AuthMode } from '../identity/authenticate.ts';
import { formatServerEvent } from '../server-event.ts';
import { defaultServerOptions } from '../server-options.ts';
import { startServer } from '../start-server.ts';
import { UsageError, type Terminal } from './terminal.ts';

export interface ServeArguments {
  readonly storage?: string;
  readonly host: string;
  readonly port: number;
  readonly maxSize: number;
  readonly maxArtifactSize: number;
  readonly anonymousRead?: true;
  readonly auth: boolean;
}

/** Serves until the process is asked to end. The first line on stdout tells the address, the log goes to stderr. */
export async function serve(given: ServeArguments, terminal: Terminal): Promise<void> {
  if (given.storage === undefined)
    throw new UsageError('--storage <directory> is missing: where is the cache to stand?');
  if (!given.auth && given.anonymousRead) throw new UsageError('--no-auth and --anonymous-read exclude each other.');
  const auth: AuthMode = given.auth
    ? { kind: 'tokens', anonymousRead: given.anonymousRead === true }
    : { kind: 'none' };
  const server = await startServer({
    ...defaultServerOptions,
    storageDirectory: resolve(terminal.currentDirectory, given.storage),
    host: given.host,
    port: given.port,
    auth,
    maxSizeBytes: given.maxSize,
    maxArtifactBytes: given.maxArtifactSize,
    epochMs: terminal.epochMs,
    onEvent: (event) => terminal.writeError(`${formatServerEvent(event)}\n`),
  });
  terminal.writeOut(`listening on ${server.url}\n`);
  await terminal.untilStopped();
  await server.close();
}
