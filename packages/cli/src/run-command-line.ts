import { answerWords } from './answer-words.ts';
import type { Command } from './argv/command.ts';
import { parseArgv } from './argv/parse-argv.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/** Parses the words and runs the command that they name; each command is loaded only when it is called. */
export function runCommandLine(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = parseArgv(argv, { version, columns: terminal.stdout.columns ?? 100 });
  return answerWords(parsed, terminal, (command) => runCommand(command, terminal));
}

async function runCommand(command: Command, terminal: Terminal): Promise<ExitCode> {
  switch (command.kind) {
    case 'run':
    case 'run-many':
    case 'affected':
      return (await import('./commands/run-tasks.ts')).runTasksCommand(command, terminal);
    case 'watch':
      return (await import('./commands/watch.ts')).watchCommand(command, terminal);
    case 'show-projects':
    case 'show-project':
    case 'show-task':
      return (await import('./commands/show.ts')).showCommand(command, terminal);
    case 'graph':
      return (await import('./commands/graph.ts')).graphCommand(command, terminal);
    case 'why':
      return (await import('./commands/why.ts')).whyCommand(command, terminal);
    case 'cache-stats':
    case 'cache-clean':
    case 'cache-verify':
    case 'cache-warm':
    case 'cache-export':
    case 'cache-import':
    case 'cache-keygen':
      return (await import('./commands/cache.ts')).cacheCommand(command, terminal);
    case 'stats':
    case 'stats-compare':
    case 'stats-check':
      return (await import('./commands/stats.ts')).statsCommand(command, terminal);
    case 'analyze':
      return (await import('./commands/analyze.ts')).analyzeCommand(command, terminal);
    case 'report':
      return (await import('./commands/report.ts')).reportCommand(command, terminal);
    case 'completion':
    case 'complete':
      return (await import('./commands/completion.ts')).completionCommand(command, terminal);
    case 'reset':
      return (await import('./commands/reset.ts')).resetCommand(terminal);
    case 'daemon':
      return (await import('./commands/daemon.ts')).daemonCommand(command, terminal);
    case 'init':
      return (await import('./commands/init.ts')).initCommand(command, terminal);
    case 'doctor':
      return (await import('./commands/doctor.ts')).doctorCommand(command, terminal);
    case 'turbo':
      return (await import('./commands/turbo.ts')).turboCommand(command.args, terminal);
    case 'env-turbo':
      return (await import('./commands/turbo.ts')).envTurboCommand(terminal);
    case 'serve':
      return (await import('./commands/serve.ts')).serveCommand(command.args, terminal);
  }
}
