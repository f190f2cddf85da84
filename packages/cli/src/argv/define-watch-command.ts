import type { Command as Commander } from 'commander';
import type { CommandSink } from './command-sink.ts';
import { addExecutionOptions, addTargets, splitWords, toRunOptions, type RunFlags } from './define-run-commands.ts';
import { createFilterOption, refuseBoth, type SelectionFlags } from './filter-option.ts';

/** Defines `watch`, which has the options of `run-many` that make sense for runs without an end. */
export function defineWatchCommand(program: Commander, { accept, forwarded }: CommandSink): void {
  const command = addTargets(program.command('watch'))
    .description('run targets, and run again what each change affects')
    .option('-p, --projects <projects...>', 'names, globs, folders or tag:x; `!` takes away', splitWords, [])
    .option('--exclude <projects...>', 'projects to leave out', splitWords, [])
    .addOption(createFilterOption());
  addExecutionOptions(command)
    .addHelpText('after', notes)
    .action((flags: RunFlags & SelectionFlags) => {
      refuseBoth(command, flags);
      accept({
        kind: 'watch',
        selection: { projects: flags.projects, exclude: flags.exclude },
        filters: flags.filter,
        run: toRunOptions(flags, forwarded),
      });
    });
}

const notes = `
Words after -- are given to the requested tasks. Ctrl-C ends the watch and all its tasks, with exit code 130.

  larder watch -t build test           everything, and then what changes
  larder watch -t serve -p web         a server, which starts anew when its inputs change`;
