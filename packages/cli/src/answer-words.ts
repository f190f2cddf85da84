import type { ParsedArgv } from './argv/command.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { writeOut } from './session/command-io.ts';
import { reportProblems } from './session/report-problems.ts';
import type { Terminal } from './terminal.ts';

/** Runs the command that was asked for, or says what stands in its place. */
export async function answerWords<Command>(
  parsed: ParsedArgv<Command>,
  terminal: Terminal,
  run: (command: Command) => Promise<ExitCode>,
): Promise<ExitCode> {
  switch (parsed.kind) {
    case 'text':
      await writeOut(terminal, parsed.text);
      return exitCodes.ok;
    case 'usage':
      await reportProblems(
        terminal,
        [{ severity: 'error', code: 'usage', detail: parsed.message, near: [] }],
        terminal.workingDirectory,
      );
      return exitCodes.usage;
    case 'command':
      return run(parsed.command);
  }
}
