import { answerWords } from './answer-words.ts';
import { parseRunArgv } from './argv/parse-run-argv.ts';
import { runTasksCommand } from './commands/run-tasks.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/**
 * As `runCommandLine`, for words that name a run. In a file of its own, because the start of a run counts: it loads
 * half of what all commands are.
 */
export function runTasksLine(argv: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const parsed = parseRunArgv(argv, { version, columns: terminal.stdout.columns ?? 100 });
  return answerWords(parsed, terminal, (command) => runTasksCommand(command, terminal));
}
