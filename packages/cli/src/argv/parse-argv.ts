import { CommanderError } from 'commander';
import type { Command, ParsedArgv } from './command.ts';
import { defineProgram } from './define-program.ts';
import { normaliseArgv } from './normalise-argv.ts';

export interface ParseArgvOptions {
  readonly version: string;
  readonly columns: number;
}

/** Turns the words after `larder` into a command, a text to print (help, version) or a usage message. */
export function parseArgv(argv: readonly string[], options: ParseArgvOptions): ParsedArgv {
  // turbo's words are turbo's: none of them is rewritten.
  if (argv[0] === 'turbo') return { kind: 'command', command: { kind: 'turbo', args: argv.slice(1) } };
  const [given, forwarded] = splitForwardedArguments(normaliseArgv(argv));
  const own = expandTaskShorthand(given);
  const printed: string[] = [];
  let command: Command | null = null;
  const accept = (parsed: Command): void => {
    command = parsed;
  };
  const print = (text: string): void => void printed.push(text);
  const program = defineProgram({ accept, forwarded }, { ...options, print, called: own[0] ?? null });
  try {
    program.parse(own, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return toParsedArgv(error, printed);
    throw error;
  }
  return command === null ? { kind: 'text', text: program.helpInformation() } : { kind: 'command', command };
}

function splitForwardedArguments(argv: readonly string[]): [readonly string[], readonly string[]] {
  const end = argv.indexOf('--');
  return end === -1 ? [argv, []] : [argv.slice(0, end), argv.slice(end + 1)];
}

/** `larder web:build` is `larder run web:build`: no command has a colon in its name. */
function expandTaskShorthand(argv: readonly string[]): readonly string[] {
  const first = argv[0];
  const isTask = first !== undefined && !first.startsWith('-') && first.includes(':');
  return isTask ? ['run', ...argv] : argv;
}

function toParsedArgv(error: CommanderError, printed: readonly string[]): ParsedArgv {
  if (error.exitCode === 0) return { kind: 'text', text: printed.join('') };
  if (error.code === 'commander.help') return { kind: 'text', text: printed.join('') };
  return { kind: 'usage', message: error.message.replace(/^error: /, '') };
}
