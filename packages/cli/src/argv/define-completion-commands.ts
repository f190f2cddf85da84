import type { Command as Commander } from 'commander';
import type { Shell } from './command.ts';
import { rejectArgument, type CommandSink } from './command-sink.ts';

const installing = `
Install:
  bash   echo 'source <(larder completion bash)' >> ~/.bashrc
  zsh    larder completion zsh > "\${fpath[1]}/_larder"
  fish   larder completion fish > ~/.config/fish/completions/larder.fish`;

/** Defines `completion`, and `complete`, which its scripts call. */
export function defineCompletionCommands(program: Commander, { accept, forwarded }: CommandSink): void {
  program
    .command('completion')
    .description('print a script that completes commands, options, projects, targets and tasks')
    .argument('<shell>', 'bash, zsh or fish', parseShell)
    .addHelpText('after', installing)
    .action((shell: Shell) => accept({ kind: 'completion', shell }));
  program.command('complete', { hidden: true }).action(() => accept({ kind: 'complete', words: forwarded }));
}

function parseShell(value: string): Shell {
  return value === 'bash' || value === 'zsh' || value === 'fish' ? value : rejectArgument('Give bash, zsh or fish.');
}
