import type { Command as Commander } from 'commander';
import { defineProgram } from './define-program.ts';

/** A command as its definition has it, for completion and for its page. */
export interface CommandDescription {
  /** `['stats', 'compare']`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly usage: string;
  readonly arguments: readonly ArgumentDescription[];
  readonly options: readonly OptionDescription[];
  /** What stands below the options in `--help`. */
  readonly notes: string;
}

export interface ArgumentDescription {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly variadic: boolean;
}

export interface OptionDescription {
  /** `-t, --targets <targets...>`. */
  readonly flags: string;
  /** `--targets`, `-t`. */
  readonly names: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly variadic: boolean;
  /** As text; null where there is none. */
  readonly defaultValue: string | null;
  readonly required: boolean;
}

/** Every command that people call, in the order of `larder --help`, those with subcommands before these. */
export function describeCommands(): readonly CommandDescription[] {
  const printed: string[] = [];
  const ignore = { accept: () => {}, forwarded: [] };
  const program = defineProgram(ignore, {
    version: '',
    columns: 100,
    print: (text) => printed.push(text),
  });
  return program.commands.flatMap((command) => describe(command, [], printed));
}

function describe(command: Commander, parents: readonly string[], printed: string[]): readonly CommandDescription[] {
  if (isHidden(command)) return [];
  const path = [...parents, command.name()];
  const description: CommandDescription = {
    path,
    description: command.description(),
    usage: `larder ${path.join(' ')} ${command.usage()}`.trim(),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      description: argument.description,
      required: argument.required,
      variadic: argument.variadic,
    })),
    options: command.options.map((option) => ({
      flags: option.flags,
      names: [option.long, option.short].filter((name) => name !== undefined && name !== null),
      description: option.description,
      takesValue: option.required || option.optional,
      variadic: option.variadic,
      defaultValue: describeDefault(option.defaultValue),
      required: option.mandatory,
    })),
    notes: readNotes(command, printed),
  };
  return [description, ...command.commands.flatMap((each) => describe(each, path, printed))];
}

/** Commander says which commands its help shows. */
function isHidden(command: Commander): boolean {
  const parent = command.parent;
  return parent !== null && !parent.createHelp().visibleCommands(parent).includes(command);
}

function describeDefault(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

/** What was added to the help is printed with it, and only then. */
function readNotes(command: Commander, printed: string[]): string {
  printed.length = 0;
  command.outputHelp();
  return printed.join('').replace(command.helpInformation(), '').trim();
}
