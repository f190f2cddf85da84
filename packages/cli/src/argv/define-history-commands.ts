import type { Command as Commander } from 'commander';
import { rejectArgument, type CommandSink } from './command-sink.ts';

/** Defines the commands about runs that took place: `stats`, `analyze` and `report`. */
export function defineHistoryCommands(program: Commander, sink: CommandSink): void {
  defineStats(program, sink);
  defineAnalyze(program, sink);
  defineReport(program, sink);
}

interface StatsFlags {
  readonly since: string;
  readonly last: number;
  readonly branch?: string;
  readonly runs?: boolean;
  readonly json?: boolean;
}

const namesOfRuns = `
A run or runs are named by "last", "last:20", "previous", the beginning of a run id ("larder stats --runs"
shows them), or a branch, which is up to 200 of its runs.`;

function defineStats(program: Commander, { accept }: CommandSink): void {
  const stats = program
    .command('stats')
    .description('hit rates, slow, missed and flaky tasks of recorded runs')
    .helpCommand(false)
    .option('--since <age>', 'runs of this long, such as 12h or 7d', '30d')
    .option('--last <count>', 'at most so many runs, the newest', parseCount, 500)
    .option('--branch <name>', 'only runs on this branch')
    .option('--runs', 'list the runs themselves')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  larder stats --since 7d\n  larder stats compare main my-branch\n  larder stats check',
    )
    .action((flags: StatsFlags) =>
      accept({
        kind: 'stats',
        since: flags.since,
        last: flags.last,
        branch: flags.branch ?? null,
        runs: flags.runs === true,
        json: flags.json === true,
      }),
    );
  stats
    .command('compare')
    .description('how long tasks took in A and in B, with a statistical test')
    .argument('<a>', 'runs to compare with')
    .argument('<b>', 'runs to compare')
    .option('--json', 'print JSON')
    .addHelpText('after', namesOfRuns)
    .action((a: string, b: string, _flags: unknown, command: Commander) =>
      accept({ kind: 'stats-compare', a, b, json: wantsJson(command) }),
    );
  stats
    .command('check')
    .description('compare tasks with larder.budgets.json; exits with 1 where one is exceeded')
    .option('--all', 'print what is within its budget too')
    .option('--json', 'print JSON')
    .action((flags: { all?: boolean }, command: Commander) =>
      accept({ kind: 'stats-check', all: flags.all === true, json: wantsJson(command) }),
    );
}

/** The command above has the same option, and takes it first. */
function wantsJson(command: Commander): boolean {
  return command.optsWithGlobals<{ json?: boolean }>().json === true;
}

function defineAnalyze(program: Commander, { accept }: CommandSink): void {
  program
    .command('analyze')
    .description('what a run waited for, idle slots, and what would make it faster')
    .argument('[run]', 'the run to look at', 'last')
    .option('--json', 'print JSON')
    .addHelpText('after', namesOfRuns)
    .action((run: string, flags: { json?: boolean }) => accept({ kind: 'analyze', run, json: flags.json === true }));
}

function defineReport(program: Commander, { accept }: CommandSink): void {
  program
    .command('report')
    .description('write a run as one HTML file: timeline, tasks, graph, misses')
    .argument('[run]', 'the run to show', 'last')
    .option('--file <file>', 'where to write it', 'larder-report.html')
    .addHelpText('after', namesOfRuns)
    .action((run: string, flags: { file: string }) => accept({ kind: 'report', run, file: flags.file }));
}

function parseCount(value: string): number {
  return /^[1-9]\d{0,5}$/.test(value) ? Number(value) : rejectArgument('Give a number of runs such as 100.');
}
