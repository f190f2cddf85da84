import { appendPendingLine, formatDuration } from '@larder/report';
import type { Output } from '../output.ts';
import { historyFile } from '../run/history-file.ts';
import { readGitHead } from '../run/read-git-head.ts';
import { createRunId } from './create-run-id.ts';
import type { FoundAnswer } from './find-answer.ts';
import type { AskedRun } from './recall-run.ts';
import type { OwnOfRun, Telling } from './telling.ts';

/** Prints an answer that is kept as it looks here, and records the run. `false` where it is not: nothing was printed. */
export async function tellAtOnce(found: FoundAnswer, asked: AskedRun, output: Output): Promise<boolean> {
  if (!found.isFresh) return false;
  // Whole by its checksum, and written by this build: trusted as it is.
  const telling = JSON.parse(found.telling()) as Telling | null;
  if (telling === null || telling.look !== output.look) return false;
  const durationMs = Date.now() - asked.startedAtEpochMs;
  output.write(telling.text.join(formatDuration(durationMs)));
  if (telling.record !== null) await record(telling.record, asked, durationMs);
  return true;
}

async function record(rest: string, { question, startedAtEpochMs }: AskedRun, durationMs: number): Promise<void> {
  const { rootAbsolute } = question;
  const git = { ...readGitHead(rootAbsolute), dirty: null };
  const own: Record<OwnOfRun, unknown> = { runId: createRunId(startedAtEpochMs), startedAtEpochMs, durationMs, git };
  const line = `${JSON.stringify(own).slice(0, -1)},${rest.slice(1)}`;
  if (appendPendingLine(historyFile({ stateDirectoryAbsolute: `${rootAbsolute}/.larder` }), line)) return;
  const { recordText } = await import('./retell-run.ts');
  await recordText(line, rootAbsolute);
}
