import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { NothingFormat } from '../recall/run-memo.ts';
import { writeOut } from '../session/command-io.ts';
import type { Terminal } from '../terminal.ts';

/** No task was selected: a success that says so. */
export async function reportNothing(terminal: Terminal, format: NothingFormat): Promise<ExitCode> {
  await writeOut(terminal, describeNothing(format));
  return exitCodes.ok;
}

export function describeNothing(format: NothingFormat): string {
  return texts[format];
}

const emptyRun = {
  v: 1,
  type: 'run-finished',
  exitCode: 0,
  durationMs: 0,
  tasks: { executed: 0, restoredLocal: 0, restoredRemote: 0, upToDate: 0, failed: 0, skipped: 0, cancelled: 0 },
  cacheTroubles: 0,
};

const texts: Readonly<Record<NothingFormat, string>> = {
  text: 'Nothing to run: no tasks are affected or selected.\n',
  json: '{"v":1,"tasks":[]}\n',
  ndjson: `${JSON.stringify(emptyRun)}\n`,
};
