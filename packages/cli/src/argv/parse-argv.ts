import { Command as Commander, CommanderError } from 'commander';
import type { Command, ParsedArgv } from './command.ts';
import { defineCacheCommands } from './define-cache-commands.ts';
import { defineHistoryCommands } from './define-history-commands.ts';
import { defineInspectCommands } from './define-inspect-commands.ts';
import { defineRunCommands } from './define-run-commands.ts';
import { normaliseArgv } from './normalise-argv.ts';

export interface ParseArgvOptions {
  readonly version: string;
  readonly columns: number;
}

/** Turns the words after `larder` into a command, a text to print (help, version) or a usage message. */
export function parseArgv(argv: readonly string[], options: ParseArgvOptions): ParsedArgv {
  const [own, forwarded] = splitForwardedArguments(normaliseArgv(argv));
  const printed: string[] = [];
  let command: Command | null = null;
  const program = createProgram(options, printed);
  const accept = (parsed: Command): void => {
    command = parsed;
  };
  defineRunCommands(program, { accept, forwarded });
  defineInspectCommands(program, { accept, forwarded });
  defineHistoryCommands(program, { accept, forwarded });
  defineCacheCommands(program, { accept, forwarded });
  try {
    program.parse(expandTaskShorthand(own, program), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return toParsedArgv(error, printed);
    throw error;
  }
  return command === null ? { kind: 'text', text: program.helpInformation() } : { kind: 'command', command };
}

function createProgram(options: ParseArgvOptions, printed: string[]): Commander {
  return new Commander('larder')
    .description('Runs the tasks of a monorepo: only what changed, in parallel, from a cache that can be trusted.')
    .version(options.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help for a command')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => printed.push(text),
      writeErr: (text) => printed.push(text),
      getOutHelpWidth: () => Math.min(options.columns, 110),
      getErrHelpWidth: () => Math.min(options.columns, 110),
    })
    .addHelpText('after', examples);
}

const examples = `
Examples:
  larder run-many -t build test        build and test every project that can
  larder affected -t build test        only what changed since main
  larder web:build -- --watch          one task, with arguments of its own
  larder run-many -t build --dry-run   what would run, and what the cache has
  larder why web:build                 every value in a task's hash
`;

function splitForwardedArguments(argv: readonly string[]): [readonly string[], readonly string[]] {
  const end = argv.indexOf('--');
  return end === -1 ? [argv, []] : [argv.slice(0, end), argv.slice(end + 1)];
}

/** `larder web:build` is `larder run web:build`. */
function expandTaskShorthand(argv: readonly string[], program: Commander): readonly string[] {
  const first = argv[0];
  const isTask = first !== undefined && !first.startsWith('-') && first.includes(':');
  const isCommand = program.commands.some((command) => command.name() === first);
  return isTask && !isCommand ? ['run', ...argv] : argv;
}

function toParsedArgv(error: CommanderError, printed: readonly string[]): ParsedArgv {
  if (error.exitCode === 0) return { kind: 'text', text: printed.join('') };
  if (error.code === 'commander.help') return { kind: 'text', text: printed.join('') };
  return { kind: 'usage', message: error.message.replace(/^error: /, '') };
}
