import type { ParsedArgv, RunCommand } from './command.ts';
import { createProgram } from './create-program.ts';
import { runCommands } from './define-run-commands.ts';
import { parseWords, type ParseArgvOptions } from './parse-words.ts';

/** As `parseArgv`, for words of which `namesRun` says so: nothing else is defined, because the start of a run counts. */
export function parseRunArgv(argv: readonly string[], options: ParseArgvOptions): ParsedArgv<RunCommand> {
  return parseWords<RunCommand>(argv, options, (word, sink, programOptions) => {
    const program = createProgram(programOptions);
    runCommands.get(word ?? '')?.(program, sink);
    return program;
  });
}
