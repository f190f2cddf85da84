import type { Command as Commander } from 'commander';
import type { CommandSink } from './command-sink.ts';

/** Defines `daemon`, and `turbo` and `env`, which use it. */
export function defineDaemonCommands(program: Commander, { accept }: CommandSink): void {
  defineDaemon(program, accept);
  program
    .command('turbo')
    .description("run the workspace's turbo with Larder's cache as its remote cache")
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .argument('[args...]', 'as for turbo')
    .action((args: string[]) => accept({ kind: 'turbo', args }));
  const env = program
    .command('env')
    .description("print variables that point another tool at Larder's cache")
    .helpCommand(false);
  env
    .command('turbo')
    .description('for a shell: eval "$(larder env turbo)"')
    .action(() => accept({ kind: 'env-turbo' }));
}

function defineDaemon(program: Commander, accept: CommandSink['accept']): void {
  const daemon = program
    .command('daemon')
    .description("the process that watches this workspace's files, and serves its cache to nx and turbo")
    .helpCommand(false);
  daemon
    .command('start')
    .description('start it, or say that it runs; it watches from then on')
    .action(() => accept({ kind: 'daemon', action: 'start' }));
  daemon
    .command('stop')
    .description('end it when no run uses it any more')
    .option('--force', 'end it at once; runs under way lose their cache, and nx fails then')
    .action((flags: { force?: boolean }) => accept({ kind: 'daemon', action: 'stop', force: flags.force === true }));
  daemon
    .command('status')
    .description('what it watches and serves, and what troubles it had')
    .option('--json', 'print JSON')
    .action((flags: { json?: boolean }) => accept({ kind: 'daemon', action: 'status', json: flags.json === true }));
  daemon
    .command('logs')
    .description('print its log')
    .action(() => accept({ kind: 'daemon', action: 'logs' }));
}
