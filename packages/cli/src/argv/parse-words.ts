import { CommanderError, type Command as Commander } from 'commander';
import type { CommandSink } from './command-sink.ts';
import type { ParsedArgv } from './command.ts';
import type { ProgramOptions } from './create-program.ts';
import { isTask } from './names-run.ts';
import { normaliseArgv } from './normalise-argv.ts';

export interface ParseArgvOptions {
  readonly version: string;
  readonly columns: number;
}

/** Gives `define` the first word that is Larder's own; it makes the program that parses all of them. */
export type DefineFor<Defined> = (
  word: string | undefined,
  sink: CommandSink<Defined>,
  options: ProgramOptions,
) => Commander;

/** Turns words into a command that `define` knows, a text to print (help, version) or a usage message. */
export function parseWords<Defined>(
  argv: readonly string[],
  options: ParseArgvOptions,
  define: DefineFor<Defined>,
): ParsedArgv<Defined> {
  const [given, forwarded] = splitForwardedArguments(normaliseArgv(argv));
  const own = expandTaskShorthand(given);
  const printed: string[] = [];
  let command: Defined | null = null;
  const accept = (parsed: Defined): void => {
    command = parsed;
  };
  const print = (text: string): void => void printed.push(text);
  const program = define(own[0], { accept, forwarded }, { ...options, print });
  try {
    program.parse(own, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return toParsedArgv(error, printed, own[0]);
    throw error;
  }
  return command === null ? { kind: 'text', text: program.helpInformation() } : { kind: 'command', command };
}

function splitForwardedArguments(argv: readonly string[]): [readonly string[], readonly string[]] {
  const end = argv.indexOf('--');
  return end === -1 ? [argv, []] : [argv.slice(0, end), argv.slice(end + 1)];
}

/** `larder web:build` is `larder run web:build`. */
function expandTaskShorthand(argv: readonly string[]): readonly string[] {
  return isTask(argv[0]) ? ['run', ...argv] : argv;
}

function toParsedArgv(error: CommanderError, printed: readonly string[], word = ''): ParsedArgv<never> {
  if (error.exitCode === 0) return { kind: 'text', text: printed.join('') };
  if (error.code === 'commander.help') return { kind: 'text', text: printed.join('') };
  const message = error.message.replace(/^error: /, '');
  return { kind: 'usage', message: mayBeTarget(error, word) ? `${message}; ${nameAsTarget(word)}` : message };
}

/** What nx and turbo take for a target; a near command is meant more often. */
function mayBeTarget({ code, message }: CommanderError, word: string): boolean {
  const isWord = message.includes(`unknown command '${word}'`) && word !== 'help' && /^[\w.-]+$/.test(word);
  return isWord && code === 'commander.unknownCommand' && !message.includes('Did you mean');
}

function nameAsTarget(target: string): string {
  return `a target of all projects runs with \`larder run-many -t ${target}\``;
}
