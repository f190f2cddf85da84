import { CommanderError, type Command } from 'commander';
import { StartError } from '../start-server.ts';
import { buildProgram } from './build-program.ts';
import { CommandFailed, UsageError, type Terminal } from './terminal.ts';

/** Runs one call of `larder-server` and gives its exit code: 0, 1 for damage that was found, 2 for wrong usage. Rejects only for a bug. */
export async function runCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  const program = buildProgram(terminal);
  for (const command of everyCommand(program)) {
    command.exitOverride().configureOutput({ writeOut: terminal.writeOut, writeErr: terminal.writeError });
  }
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof CommandFailed) return 1;
    if (!(error instanceof UsageError || error instanceof StartError)) throw error;
    terminal.writeError(`error: ${error.message}\n`);
    return 2;
  }
}

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}
