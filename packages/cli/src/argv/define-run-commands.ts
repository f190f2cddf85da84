import { mostRetries, type ContinueMode, type OutputStyle } from '@larder/core';
import { Option, type Command as Commander } from 'commander';
import { createFilterOption, refuseBoth } from './filter-option.ts';
import type { ChangesRequest, RunCommand, RunOptions } from './command.ts';
import { rejectArgument, type CommandSink } from './command-sink.ts';

/** The commands that execute tasks, by their names; each value defines its own. */
export const runCommands: ReadonlyMap<string, (program: Commander, sink: CommandSink<RunCommand>) => void> = new Map([
  ['run-many', defineRunMany],
  ['run', defineRun],
  ['affected', defineAffected],
]);

export interface RunFlags {
  readonly targets?: readonly string[];
  readonly configuration?: string;
  readonly parallel?: string;
  readonly retries?: number;
  readonly skipCache?: boolean;
  readonly skipNxCache?: boolean;
  readonly skipRemoteCache?: boolean;
  readonly dryRun?: 'text' | 'json';
  readonly graph?: string;
  readonly outputStyle?: OutputStyle;
  readonly continue?: ContinueMode;
  readonly nxBail?: boolean;
  readonly verbose?: boolean;
  readonly record?: string;
  readonly profile?: string;
}

function defineRunMany(program: Commander, { accept, forwarded }: CommandSink<RunCommand>): void {
  const command = addTargets(program.command('run-many'))
    .description('run targets on all projects, or on those selected')
    .option('-p, --projects <projects...>', 'names, globs, folders or tag:x; `!` takes away', splitWords, [])
    .option('--exclude <projects...>', 'projects to leave out', splitWords, [])
    .addOption(createFilterOption())
    .option('--all', 'all projects (the default)');
  addRunOptions(command).action((flags: RunFlags & { projects: string[]; exclude: string[]; filter: string[] }) => {
    refuseBoth(command, flags);
    accept({
      kind: 'run-many',
      selection: { projects: flags.projects, exclude: flags.exclude },
      filters: flags.filter,
      run: toRunOptions(flags, forwarded),
    });
  });
}

function defineRun(program: Commander, { accept, forwarded }: CommandSink<RunCommand>): void {
  const command = program
    .command('run')
    .description('run tasks by name: project:target[:configuration]')
    .argument('<tasks...>', 'for example web:build');
  addRunOptions(command).action((tasks: string[], flags: RunFlags) =>
    accept({ kind: 'run', tasks, run: toRunOptions(flags, forwarded) }),
  );
}

interface AffectedFlags extends RunFlags {
  readonly exclude: readonly string[];
  readonly filter: readonly string[];
  readonly base?: string;
  readonly head?: string;
  readonly files?: readonly string[];
  readonly stdin?: boolean;
  readonly uncommitted?: boolean;
  readonly untracked?: boolean;
  readonly explain?: boolean;
  readonly fetch?: boolean;
}

function defineAffected(program: Commander, { accept, forwarded }: CommandSink<RunCommand>): void {
  const command = addTargets(program.command('affected'))
    .description('run targets on what changed, and on what depends on it')
    .option('--base <ref>', 'compare with the merge base of this ref (default: what CI says, or the configured base)')
    .option('--head <ref>', 'up to this ref (default: the working tree)')
    .addOption(
      new Option('--files <files...>', 'these files changed, instead of asking git')
        .argParser(splitWords)
        .conflicts(['base', 'head', 'stdin', 'uncommitted', 'untracked']),
    )
    .addOption(
      new Option('--stdin', 'read changed files from standard input, one a line').conflicts([
        'base',
        'head',
        'uncommitted',
        'untracked',
      ]),
    )
    .addOption(new Option('--uncommitted', 'only uncommitted changes').conflicts(['base', 'head', 'untracked']))
    .addOption(new Option('--untracked', 'only untracked files').conflicts(['base', 'head']))
    .option('--exclude <projects...>', 'projects to leave out', splitWords, [])
    .addOption(createFilterOption())
    .option('--fetch', 'fetch what the comparison lacks from origin: a branch, older commits (the default in CI)')
    .option('--no-fetch', 'never fetch anything')
    .option('--explain', 'print why each task is affected, and run nothing');
  addRunOptions(command).action((flags: AffectedFlags) => {
    refuseBoth(command, { ...flags, projects: [] });
    accept({
      kind: 'affected',
      exclude: flags.exclude,
      filters: flags.filter,
      changes: toChangesRequest(flags),
      explain: flags.explain === true,
      run: toRunOptions(flags, forwarded),
    });
  });
}

/** Words that are empty, where a variable of a script was not set say, must not pass for a run in which all went well. */
export function addTargets(command: Commander): Commander {
  return command
    .requiredOption('-t, --targets <targets...>', 'targets to run, separated by spaces or commas', splitWords)
    .hook('preAction', () => {
      const { targets } = command.opts<RunFlags>();
      if (targets?.length === 0) command.error("error: option '-t, --targets <targets...>' names no target.");
    });
}

function addRunOptions(command: Commander): Commander {
  return addExecutionOptions(command)
    .option('--dry-run [format]', 'print what would run: text or json', parseDryRun)
    .option('--graph [file]', 'write the task graph (.json, .dot or text; `-` is standard output)')
    .option('--record [file]', 'write the record of the run as JSON (default: larder.run.json)')
    .option('--profile [file]', 'write a trace for ui.perfetto.dev (default: larder.profile.json)')
    .addHelpText('after', '\nWords after -- are given to the requested tasks.');
}

/** How tasks are executed, for whoever executes any. */
export function addExecutionOptions(command: Commander): Commander {
  return command
    .option('-c, --configuration <name>', 'configuration of the targets')
    .option('--parallel <slots>', 'tasks at once: a number, a percentage of the cores, or auto', parseSlots)
    .option('--retries <count>', 'try tasks that fail again, so many times', parseRetries)
    .option('--skip-cache', 'execute everything; nothing is read from a cache or stored')
    .option('--skip-nx-cache', 'the same, by its name in Nx')
    .option('--skip-remote-cache', 'use the local cache only')
    .option('--output-style <style>', 'tui, stream, static, static-failures or ndjson', parseOutputStyle)
    .option('--continue [mode]', 'after a failure: never, dependencies-successful or always', parseContinueMode)
    .option('--nx-bail', 'the same as --continue=never')
    .option('--verbose', 'say more, also about plugins and the cache');
}

export function toRunOptions(flags: RunFlags, forwarded: readonly string[]): RunOptions {
  return {
    targets: flags.targets ?? [],
    configuration: flags.configuration ?? null,
    args: forwarded,
    parallel: flags.parallel ?? null,
    retries: flags.retries ?? null,
    skipCache: flags.skipCache === true || flags.skipNxCache === true,
    skipRemoteCache: flags.skipRemoteCache === true,
    dryRun: flags.dryRun ?? null,
    graphFile: flags.graph ?? null,
    outputStyle: flags.outputStyle ?? null,
    continueMode: flags.nxBail === true ? 'never' : (flags.continue ?? null),
    verbose: flags.verbose === true,
    recordFile: flags.record ?? null,
    profileFile: flags.profile ?? null,
  };
}

function toChangesRequest(flags: AffectedFlags): ChangesRequest {
  if (flags.files !== undefined) return { kind: 'files', files: flags.files };
  if (flags.stdin === true) return { kind: 'stdin' };
  if (flags.uncommitted === true) return { kind: 'uncommitted' };
  if (flags.untracked === true) return { kind: 'untracked' };
  return { kind: 'range', base: flags.base ?? null, head: flags.head ?? null, fetch: flags.fetch ?? null };
}

/** `-t build,test -t lint` and `-t build test lint` are the same. */
export function splitWords(value: string, previous: readonly string[] | undefined): readonly string[] {
  return [...(previous ?? []), ...value.split(',').filter((word) => word !== '')];
}

/** `false` is Nx's way to say one at a time. */
function parseSlots(value: string): string {
  if (value === 'false') return '1';
  return /^([1-9]\d{0,3}%?|auto)$/.test(value)
    ? value
    : rejectArgument('Give a number such as 4, a percentage such as 50%, or auto.');
}

function parseRetries(value: string): number {
  return /^\d{1,2}$/.test(value) && Number(value) <= mostRetries
    ? Number(value)
    : rejectArgument(`Give a whole number from 0 to ${mostRetries}.`);
}

function parseDryRun(value: string): 'text' | 'json' {
  return value === 'text' || value === 'json' ? value : rejectArgument('Give --dry-run or --dry-run=json.');
}

function parseContinueMode(value: string): ContinueMode {
  switch (value) {
    case 'never':
    case 'dependencies-successful':
    case 'always':
      return value;
    default:
      return rejectArgument('Give never, dependencies-successful or always.');
  }
}

const outputStyles: ReadonlyMap<string, OutputStyle> = new Map([
  ['tui', 'tui'],
  ['dynamic', 'tui'],
  ['stream', 'stream'],
  ['static', 'static'],
  ['static-failures', 'static-failures'],
  ['ndjson', 'ndjson'],
]);

function parseOutputStyle(value: string): OutputStyle {
  return outputStyles.get(value) ?? rejectArgument('Give tui, stream, static, static-failures or ndjson.');
}
