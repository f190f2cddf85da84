import { analyzeRun, renderAnalysis } from '@larder/report/insights';
import type { Command } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { formatJson, writeOut } from '../session/command-io.ts';
import type { Terminal } from '../terminal.ts';
import { textOptions, withHistory, withRuns } from './with-history.ts';

/** Among so many runs, those that executed the same tasks show how good the prediction is. */
const comparedRuns = 50;

/** `analyze [run]`: why a run took as long as it did, and what would make it faster. */
export async function analyzeCommand(
  { run, json }: Extract<Command, { kind: 'analyze' }>,
  terminal: Terminal,
): Promise<ExitCode> {
  return withHistory(terminal, (history) =>
    withRuns(terminal, { history, name: run }, async ([record]) => {
      const analysis = analyzeRun(record, history.readRuns({ limit: comparedRuns }));
      await writeOut(terminal, json ? formatJson(analysis) : renderAnalysis(analysis, textOptions(terminal)));
      return exitCodes.ok;
    }),
  );
}
