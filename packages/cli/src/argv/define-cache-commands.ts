import type { Command as Commander } from 'commander';
import type { CommandSink } from './command-sink.ts';

/** Defines the commands about stored things: `cache`, `reset` and `serve`. */
export function defineCacheCommands(program: Commander, { accept, forwarded }: CommandSink): void {
  const cache = program.command('cache').description('look at or clean the local cache').helpCommand(false);
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
    .argument('[args...]')
    .action((args: string[]) => accept({ kind: 'serve', args: [...args, ...forwarded] }));
}
