import { dirname, resolve } from 'node:path';
import { buildOptions, type ConfiguredOptions } from '../config/build-options.ts';
import { describeProblems } from '../config/describe-problems.ts';
import { readConfig } from '../config/read-config.ts';
import { formatServerEvent } from '../server-event.ts';
import { defaultServerOptions } from '../server-options.ts';
import { startServer } from '../start-server.ts';
import { systemErrorCode } from '../storage/file-errors.ts';
import { readStorageOptions, type StorageArguments } from './storage-flags.ts';
import { UsageError, type Terminal } from './terminal.ts';

/** Flags that were given win over the environment, and that over the file. */
export interface ServeArguments extends StorageArguments {
  readonly config?: string;
  readonly storage?: string;
  readonly host?: string;
  readonly port?: number;
  readonly maxSize?: number;
  readonly maxArtifactSize?: number;
  readonly anonymousRead?: true;
  readonly auth: boolean;
}

/** Serves until the process is asked to end. The first line on stdout tells the address, the log goes to stderr. */
export async function serve(given: ServeArguments, terminal: Terminal): Promise<void> {
  const configured = await readOptions(given, terminal);
  const storageDirectory =
    given.storage === undefined ? configured.storageDirectory : resolve(terminal.currentDirectory, given.storage);
  if (storageDirectory === null) throw new UsageError('--storage <directory> is missing: where is the cache to stand?');
  const anonymousRead =
    given.anonymousRead === true || (configured.auth.kind === 'tokens' && configured.auth.anonymousRead);
  if (!given.auth && anonymousRead) throw new UsageError('--no-auth and --anonymous-read exclude each other.');
  const server = await startServer({
    ...defaultServerOptions,
    ...configured,
    storageDirectory,
    host: given.host ?? configured.host,
    port: given.port ?? configured.port,
    auth: given.auth ? { kind: 'tokens', anonymousRead } : { kind: 'none' },
    maxSizeBytes: given.maxSize ?? configured.maxSizeBytes,
    maxArtifactBytes: given.maxArtifactSize ?? configured.maxArtifactBytes,
    storage: readStorageOptions(given, configured.storage),
    epochMs: terminal.epochMs,
    onEvent: (event) => terminal.writeError(`${formatServerEvent(event)}\n`),
  });
  terminal.onHangUp?.(() => void server.reloadCertificate());
  terminal.writeOut(`listening on ${server.url}\n`);
  await terminal.untilStopped();
  await server.close();
}

async function readOptions({ config }: ServeArguments, terminal: Terminal): Promise<ConfiguredOptions> {
  const { currentDirectory, env } = terminal;
  const file = config === undefined ? null : { name: config, absolute: resolve(currentDirectory, config) };
  const base = file === null ? currentDirectory : dirname(file.absolute);
  const [document, problems] = await orUsage(readConfig({ file, env }));
  if (document === null) throw new UsageError(`the configuration cannot be used:\n${describeProblems(problems)}`);
  const [options, ruleProblems] = await orUsage(buildOptions(document, base));
  if (ruleProblems.length > 0) throw new UsageError(`the rules cannot be used:\n${describeProblems(ruleProblems)}`);
  return options;
}

/** A file that is named and cannot be read is a mistake of who named it. */
async function orUsage<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
    throw new UsageError(String(error));
  }
}
