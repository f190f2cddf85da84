import type { Command as Commander } from 'commander';
import type { CommandSink } from './command-sink.ts';

/** Defines the commands about stored things: `cache`, `reset` and `serve`. */
export function defineCacheCommands(program: Commander, { accept, forwarded }: CommandSink): void {
  const cache = program
    .command('cache')
    .description('look at, check, fill or clean the local cache')
    .helpCommand(false);
  cache
    .command('stats')
    .description('entries, size and age')
    .option('--json', 'print JSON')
    .action((flags: { json?: boolean }) => accept({ kind: 'cache-stats', json: flags.json === true }));
  cache
    .command('clean')
    .description('remove entries: all of them, or the old, or the least used')
    .option('--older-than <age>', 'only entries not used for this long, such as 12h or 7d')
    .option('--max-size <size>', 'the least used, until this is left, such as 500MB or 2GB')
    .action((flags: { olderThan?: string; maxSize?: string }) =>
      accept({ kind: 'cache-clean', olderThan: flags.olderThan ?? null, maxSize: flags.maxSize ?? null }),
    );
  defineCheckingCommands(cache, accept);
  defineMovingCommands(cache, accept);
  program
    .command('reset')
    .description("forget everything: the workspace's .larder folder")
    .action(() => accept({ kind: 'reset' }));
  program
    .command('serve')
    .description('run a remote cache server (the options are those of larder-server)')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .argument('[args...]', 'as for larder-server')
    .action((args: string[]) => accept({ kind: 'serve', args: [...args, ...forwarded] }));
}

function defineCheckingCommands(cache: Commander, accept: CommandSink['accept']): void {
  cache
    .command('verify')
    .description('unpack every entry and compare every digest; damaged ones are removed')
    .option('--rerun <task>', 'instead, execute a task twice and name the outputs that differ')
    .action((flags: { rerun?: string }) => accept({ kind: 'cache-verify', rerun: flags.rerun ?? null }));
  cache
    .command('keygen')
    .description('make a key pair for signing: the private key goes into the file, the public one is printed')
    .argument('<file>', 'must not exist yet')
    .action((file: string) => accept({ kind: 'cache-keygen', file }));
}

function defineMovingCommands(cache: Commander, accept: CommandSink['accept']): void {
  cache
    .command('warm')
    .description('fetch what the remote cache has, without executing anything')
    .requiredOption('-t, --targets <targets...>', 'targets, separated by spaces or commas')
    .option('--ref <ref>', 'for a commit, branch or tag instead of the working tree')
    .action((flags: { targets: string[]; ref?: string }) =>
      accept({
        kind: 'cache-warm',
        targets: flags.targets.flatMap((words) => words.split(',')).filter((word) => word !== ''),
        ref: flags.ref ?? null,
      }),
    );
  cache
    .command('export')
    .description('write all entries into one file')
    .argument('<file>', 'where to write it')
    .action((file: string) => accept({ kind: 'cache-export', file }));
  cache
    .command('import')
    .description('take over what was exported; every entry is verified')
    .argument('<file>', 'what cache export has written')
    .action((file: string) => accept({ kind: 'cache-import', file }));
}
