import type { Command as Commander } from 'commander';
import { createFilterOption, refuseBoth, type SelectionFlags } from './filter-option.ts';
import { splitWords } from './define-run-commands.ts';
import type { CommandSink } from './command-sink.ts';

/** Defines the commands that only look: `show`, `graph` and `why`. */
export function defineInspectCommands(program: Commander, sink: CommandSink): void {
  defineShow(program, sink);
  defineGraph(program, sink);
  defineWhy(program, sink);
}

function defineShow(program: Commander, { accept }: CommandSink): void {
  const show = program.command('show').description('print projects, one project, or one task').helpCommand(false);
  const projects = show
    .command('projects')
    .description('names of all projects, or of those selected')
    .option('-p, --projects <projects...>', 'names, globs, folders or tag:x', splitWords, [])
    .option('--exclude <projects...>', 'projects to leave out', splitWords, [])
    .addOption(createFilterOption())
    .option('-t, --with-target <targets...>', 'only projects that have one of these targets', splitWords, [])
    .option('--json', 'print JSON');
  projects.action((flags: SelectionFlags & { withTarget: string[]; json?: boolean }) => {
    refuseBoth(projects, flags);
    accept({
      kind: 'show-projects',
      selection: { projects: flags.projects, exclude: flags.exclude },
      filters: flags.filter,
      withTarget: flags.withTarget,
      json: flags.json === true,
    });
  });
  show
    .command('project')
    .description('targets, tags and dependencies of one project')
    .argument('<project>', 'its name, such as web')
    .option('--json', 'print JSON')
    .action((project: string, flags: { json?: boolean }) =>
      accept({ kind: 'show-project', project, json: flags.json === true }),
    );
  show
    .command('task')
    .alias('target')
    .description('one task as it would run: options, inputs, outputs, dependencies')
    .argument('<task>', 'project:target[:configuration]')
    .option('--json', 'print JSON')
    .action((task: string, flags: { json?: boolean }) =>
      accept({ kind: 'show-task', task, json: flags.json === true }),
    );
}

function defineGraph(program: Commander, { accept }: CommandSink): void {
  const command = program
    .command('graph')
    .description('print the project graph')
    .option('--file <file>', 'write to a file: .json, .dot or text', '-')
    .option('-p, --projects <projects...>', 'names, globs, folders or tag:x', splitWords, [])
    .option('--exclude <projects...>', 'projects to leave out', splitWords, [])
    .addOption(createFilterOption());
  command.action((flags: SelectionFlags & { file: string }) => {
    refuseBoth(command, flags);
    const selection = { projects: flags.projects, exclude: flags.exclude };
    accept({ kind: 'graph', file: flags.file, selection, filters: flags.filter });
  });
}

function defineWhy(program: Commander, { accept }: CommandSink): void {
  program
    .command('why')
    .description("print every value that goes into a task's hash, or what changed in it")
    .argument('<task>', 'project:target[:configuration]')
    .option('--since <run>', 'print only what changed since: last, a run id (or its beginning), or a hash')
    .option('--files', 'list every file of every input')
    .option('--json', 'print JSON')
    .action((task: string, flags: { json?: boolean; since?: string; files?: boolean }) =>
      accept({
        kind: 'why',
        task,
        json: flags.json === true,
        since: flags.since ?? null,
        files: flags.files === true,
      }),
    );
}
