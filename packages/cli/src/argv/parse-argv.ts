import type { ParsedArgv } from './command.ts';
import { defineProgram } from './define-program.ts';
import { namesRun } from './names-run.ts';
import { parseRunArgv } from './parse-run-argv.ts';
import { parseWords, type ParseArgvOptions } from './parse-words.ts';

/** Turns the words after `larder` into a command, a text to print (help, version) or a usage message. */
export function parseArgv(argv: readonly string[], options: ParseArgvOptions): ParsedArgv {
  // turbo's words are turbo's: none of them is rewritten.
  if (argv[0] === 'turbo') return { kind: 'command', command: { kind: 'turbo', args: argv.slice(1) } };
  if (namesRun(argv[0])) return parseRunArgv(argv, options);
  return parseWords(argv, options, (_, sink, program) => defineProgram(sink, program));
}
