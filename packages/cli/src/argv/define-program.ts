import type { Command as Commander } from 'commander';
import type { CommandSink } from './command-sink.ts';
import { createProgram, type ProgramOptions } from './create-program.ts';
import { defineCacheCommands } from './define-cache-commands.ts';
import { defineCompletionCommands } from './define-completion-commands.ts';
import { defineHistoryCommands } from './define-history-commands.ts';
import { defineDaemonCommands } from './define-daemon-commands.ts';
import { defineInspectCommands } from './define-inspect-commands.ts';
import { runCommands } from './define-run-commands.ts';
import { defineSetupCommands } from './define-setup-commands.ts';
import { defineWatchCommand } from './define-watch-command.ts';

/** All commands: what is parsed, helped with, completed and documented. */
export function defineProgram(sink: CommandSink, options: ProgramOptions): Commander {
  const program = createProgram(options);
  for (const define of runCommands.values()) define(program, sink);
  defineWatchCommand(program, sink);
  defineInspectCommands(program, sink);
  defineHistoryCommands(program, sink);
  defineCacheCommands(program, sink);
  defineDaemonCommands(program, sink);
  defineSetupCommands(program, sink);
  defineCompletionCommands(program, sink);
  return program;
}
