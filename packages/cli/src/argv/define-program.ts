import { Command as Commander } from 'commander';
import type { CommandSink } from './command-sink.ts';
import { defineCacheCommands } from './define-cache-commands.ts';
import { defineCompletionCommands } from './define-completion-commands.ts';
import { defineHistoryCommands } from './define-history-commands.ts';
import { defineDaemonCommands } from './define-daemon-commands.ts';
import { defineInspectCommands } from './define-inspect-commands.ts';
import { runCommands } from './define-run-commands.ts';
import { defineSetupCommands } from './define-setup-commands.ts';
import { defineWatchCommand } from './define-watch-command.ts';

export interface ProgramOptions {
  readonly version: string;
  readonly columns: number;
  /** Gets what commander would print. */
  readonly print: (text: string) => void;
  /** The first word; of a command that executes tasks nothing else is defined, because its start counts. Null: all. */
  readonly called: string | null;
}

/** All commands: what is parsed, helped with, completed and documented. */
export function defineProgram(sink: CommandSink, options: ProgramOptions): Commander {
  const program = createProgram(options);
  const defineCalled = runCommands.get(options.called ?? '');
  if (defineCalled === undefined) defineAll(program, sink);
  else defineCalled(program, sink);
  return program;
}

function createProgram({ version, columns, print }: ProgramOptions): Commander {
  return new Commander('larder')
    .description('Runs the tasks of a monorepo: only what changed, in parallel, from a cache that can be trusted.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help for a command')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: print,
      writeErr: print,
      getOutHelpWidth: () => Math.min(columns, 110),
      getErrHelpWidth: () => Math.min(columns, 110),
    })
    .addHelpText('after', examples);
}

function defineAll(program: Commander, sink: CommandSink): void {
  for (const define of runCommands.values()) define(program, sink);
  defineWatchCommand(program, sink);
  defineInspectCommands(program, sink);
  defineHistoryCommands(program, sink);
  defineCacheCommands(program, sink);
  defineDaemonCommands(program, sink);
  defineSetupCommands(program, sink);
  defineCompletionCommands(program, sink);
}

const examples = `
Examples:
  larder run-many -t build test        build and test every project that can
  larder affected -t build test        only what changed since main
  larder watch -t build                again and again, whatever a change affects
  larder web:build -- --grep login     one task, with arguments of its own
  larder run-many -t build --dry-run   what would run, and what the cache has
  larder why web:build                 every value in a task's hash
`;
