import type { Command as Commander } from 'commander';
import type { CommandSink } from './command-sink.ts';

/** Defines what helps to start with Larder and to find out why it does not work: `init` and `doctor`. */
export function defineSetupCommands(program: Commander, { accept }: CommandSink): void {
  program
    .command('init')
    .description('show what sets this workspace up, and write it when you agree')
    .option('-y, --yes', 'write without asking')
    .option('--isolate-plugins', 'in an Nx workspace, keep a process for each plugin')
    .option('--no-isolate-plugins', 'have nx load plugins into its own process, although there are others')
    .action(({ yes, isolatePlugins }: { yes?: boolean; isolatePlugins?: boolean }) =>
      accept({ kind: 'init', yes: yes === true, isolatePlugins }),
    );
  program
    .command('doctor')
    .description(
      'check versions, workspace, remote cache, daemon and machine, and say what to do; 1 where there is a problem',
    )
    .option('--json', 'print JSON')
    .action((flags: { json?: boolean }) => accept({ kind: 'doctor', json: flags.json === true }));
}
