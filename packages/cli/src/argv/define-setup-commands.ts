import type { Command as Commander } from 'commander';
import type { CommandSink } from './command-sink.ts';

/** Defines what helps to start with Larder and to find out why it does not work: `init` and `doctor`. */
export function defineSetupCommands(program: Commander, { accept }: CommandSink): void {
  program
    .command('init')
    .description('show what sets this workspace up, and write it when you agree')
    .option('-y, --yes', 'write without asking')
    .action((flags: { yes?: boolean }) => accept({ kind: 'init', yes: flags.yes === true }));
  program
    .command('doctor')
    .description(
      'check versions, workspace, remote cache, daemon and machine, and say what to do; 1 where there is a problem',
    )
    .option('--json', 'print JSON')
    .action((flags: { json?: boolean }) => accept({ kind: 'doctor', json: flags.json === true }));
}
