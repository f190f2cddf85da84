import { Command, InvalidArgumentError, Option } from 'commander';
import { parseScope, type Scope } from '../identity/scope.ts';
import { defaultServerOptions } from '../server-options.ts';
import { parseDuration } from './parse-duration.ts';
import { parseSize } from './parse-size.ts';
import { serve, type ServeArguments } from './serve.ts';
import type { Terminal } from './terminal.ts';
import { createTokenCommand, listTokensCommand, revokeTokenCommand, type CreateArguments } from './tokens.ts';

const storageFlag = '--storage <directory>';
const storageHelp = 'where tokens and artifacts stand';

/** `larder-server` and `larder-server token …`, as commander understands them. */
export function buildProgram(terminal: Terminal): Command {
  const program = new Command('larder-server')
    .description('Serves a remote cache to Larder, Nx and Turborepo.')
    .version(terminal.version)
    .enablePositionalOptions()
    .addOption(new Option(storageFlag, storageHelp))
    .option('--host <address>', 'address to listen on', defaultServerOptions.host)
    .option('--port <number>', 'port to listen on; 0 takes a free one', parsePort, defaultServerOptions.port)
    .addOption(sizeOption('--max-size <size>', 'of all artifacts together', defaultServerOptions.maxSizeBytes))
    .addOption(sizeOption('--max-artifact-size <size>', 'of one artifact', defaultServerOptions.maxArtifactBytes))
    .option('--anonymous-read', 'let callers without a token read the scope main')
    .option('--no-auth', 'let everyone on this machine read and write without a token')
    .action((given: ServeArguments) => serve(given, terminal));
  addTokenCommands(program, terminal);
  return program;
}

function addTokenCommands(program: Command, terminal: Terminal): void {
  const token = program.command('token').description('make, list and revoke tokens');
  token
    .command('create')
    .description('make a token and print it; a running server knows it at once')
    .requiredOption(storageFlag, storageHelp)
    .requiredOption(
      '--scope <scope>',
      'what it reads and writes: main, or for instance pr/42, which also reads main',
      toScope,
    )
    .addOption(new Option('--access <access>', 'its rights').choices(['read', 'write']).makeOptionMandatory())
    .option('--expires <time>', 'how long it lives: 12h, 30d; without this, until it is revoked', toDuration)
    .action((given: CreateArguments) => createTokenCommand(given, terminal));
  token
    .command('list')
    .description('show the tokens, without their secrets')
    .requiredOption(storageFlag, storageHelp)
    .action((given: { readonly storage: string }) => listTokensCommand(given.storage, terminal));
  token
    .command('revoke <id>')
    .description('make a token worthless; a running server knows at once')
    .requiredOption(storageFlag, storageHelp)
    .action((id: string, given: { readonly storage: string }) => revokeTokenCommand(id, given.storage, terminal));
}

function sizeOption(flags: string, help: string, defaultBytes: number): Option {
  return new Option(flags, help).argParser(toSize).default(defaultBytes, `${defaultBytes / 1e9}GB`);
}

function toSize(text: string): number {
  const bytes = parseSize(text);
  if (bytes === null) throw new InvalidArgumentError('A size looks like 10GB, 512MiB or 1000000.');
  return bytes;
}

function toDuration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === null) throw new InvalidArgumentError('A time looks like 90s, 45m, 12h, 30d or 2w.');
  return milliseconds;
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function toScope(text: string): Scope {
  const scope = parseScope(text);
  if (scope === null) throw new InvalidArgumentError('A scope looks like main or pr/42.');
  return scope;
}
