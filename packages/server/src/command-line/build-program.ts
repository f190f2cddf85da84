import { Command, Option } from 'commander';
import { defaultServerOptions } from '../server-options.ts';
import { toDuration, toPort, toScope, toSize, toTenant } from './flag-values.ts';
import { serve, type ServeArguments } from './serve.ts';
import {
  collectCommand,
  statsCommand,
  verifyCommand,
  type CollectArguments,
  type LookAfterArguments,
  type StatsArguments,
} from './storage-commands.ts';
import { addBucketFlags, addStorageFlags, maxAgeOption, pullRequestShareOption } from './storage-flags.ts';
import type { Terminal } from './terminal.ts';
import {
  createTokenCommand,
  listTokensCommand,
  revokeTokenCommand,
  type CreateArguments,
  type RevokeArguments,
} from './tokens.ts';

const storageFlag = '--storage <directory>';
const storageHelp = 'where tokens and artifacts stand';

/** `larder-server` and `larder-server token …`, as commander understands them. */
export function buildProgram(terminal: Terminal): Command {
  const program = new Command('larder-server')
    .description('Serves a remote cache to Larder, Nx, Turborepo, Bazel, moon and Gradle.')
    .version(terminal.version)
    .enablePositionalOptions()
    .option('--config <file>', 'larder-server.json; LARDER_SERVER_… variables win over it, flags over both')
    .addOption(new Option(storageFlag, storageHelp))
    .option('--host <address>', `address to listen on (default: ${defaultServerOptions.host})`)
    .option('--port <number>', 'port to listen on; 0 takes a free one, as by default', toPort)
    .addOption(sizeOption('--max-size <size>', 'of all artifacts together', defaultServerOptions.maxSizeBytes))
    .addOption(sizeOption('--max-artifact-size <size>', 'of one artifact', defaultServerOptions.maxArtifactBytes))
    .option('--anonymous-read', 'let callers without a token read the scope main')
    .option('--no-auth', 'let everyone on this machine read and write without a token')
    .action((given: ServeArguments) => serve(given, terminal));
  addStorageFlags(program);
  addStorageCommands(program, terminal);
  addTokenCommands(program, terminal);
  return program;
}

function addStorageCommands(program: Command, terminal: Terminal): void {
  const verify = program
    .command('verify')
    .description('rehash every artifact and remove the damaged; exit code 1 where there are any')
    .option(storageFlag, storageHelp)
    .action((given: LookAfterArguments) => verifyCommand(given, terminal));
  const stats = program
    .command('stats')
    .description('show what each scope holds')
    .option(storageFlag, storageHelp)
    .option('--json', 'as JSON')
    .action((given: StatsArguments) => statsCommand(given, terminal));
  const collect = program
    .command('gc')
    .description('remove artifacts beyond the limits and what broken uploads left; in a bucket by --max-age alone')
    .option(storageFlag, storageHelp)
    .addOption(sizeOption('--max-size <size>', 'of all artifacts together', defaultServerOptions.maxSizeBytes))
    .addOption(maxAgeOption())
    .addOption(pullRequestShareOption())
    .action((given: CollectArguments) => collectCommand(given, terminal));
  for (const command of [verify, stats, collect]) addBucketFlags(command);
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
    .option('--tenant <name>', 'whose: tenants share nothing, not even main', toTenant)
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
    .option('--exchanged', "one that was given for a CI system's: the log tells its id")
    .action((id: string, given: RevokeArguments) => revokeTokenCommand(id, given, terminal));
}

function sizeOption(flags: string, help: string, defaultBytes: number): Option {
  return new Option(flags, `${help} (default: ${defaultBytes / 1e9}GB)`).argParser(toSize);
}
