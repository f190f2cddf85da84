import { resolve } from 'node:path';
import { writeFileAtomically, type RunHistory, type RunRecord } from '@larder/report';
import { renderHtmlReport } from '@larder/report/insights';
import type { Command } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { writeOut } from '../session/command-io.ts';
import type { Terminal } from '../terminal.ts';
import { refuse, withHistory, withRuns } from './with-history.ts';

/** Looked through for a run to compare with. */
const earlierRuns = 50;

/** `report [run]`: the run as one HTML file, beside the run of the same command before it. */
export async function reportCommand(
  { run, file }: Extract<Command, { kind: 'report' }>,
  terminal: Terminal,
): Promise<ExitCode> {
  return withHistory(terminal, (history) =>
    withRuns(terminal, { history, name: run }, async ([record]) => {
      const page = renderHtmlReport(record, findPrevious(history, record));
      const written = writeFileAtomically(resolve(terminal.workingDirectory, file), page);
      if (written.kind === 'failed') {
        return refuse(terminal, { severity: 'error', code: 'unwritable-file', file, detail: written.detail });
      }
      await writeOut(terminal, `Wrote ${file}.\n`);
      return exitCodes.ok;
    }),
  );
}

function findPrevious(history: RunHistory, { runId, command }: RunRecord): RunRecord | null {
  const runs = history.readRuns({ limit: earlierRuns });
  const place = runs.findIndex((run) => run.runId === runId);
  return runs.slice(place + 1).find((run) => place !== -1 && run.command === command) ?? null;
}
