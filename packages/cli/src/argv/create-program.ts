import { Command as Commander } from 'commander';

export interface ProgramOptions {
  readonly version: string;
  readonly columns: number;
  /** Gets what commander would print. */
  readonly print: (text: string) => void;
}

/** Larder itself, without any command. */
export function createProgram({ version, columns, print }: ProgramOptions): Commander {
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

const examples = `
Examples:
  larder run-many -t build test        build and test every project that can
  larder affected -t build test        only what changed since main
  larder watch -t build                again and again, whatever a change affects
  larder web:build -- --grep login     one task, with arguments of its own
  larder run-many -t build --dry-run   what would run, and what the cache has
  larder why web:build                 every value in a task's hash
`;
