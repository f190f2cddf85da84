import type { TaskGraph, TaskHash, TaskId } from '@larder/core';
import type { BrokenRow } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { createPathResolver } from './changed-paths.ts';
import type { BrokenAnswer } from './find-answer.ts';
import { indexRemembered } from './index-remembered.ts';
import type { KeptMemo, RecalledRun, RememberedPart } from './run-memo.ts';

/** A task that is up to date as it was when the memo was written. */
export interface UntouchedTask {
  readonly hash: TaskHash;
  readonly executionMs: number;
  readonly terminalOutput: Uint8Array;
}

/** Beyond these the long way is hardly longer. */
const maxBrokenRows = 2_000;

/**
 * The tasks of a run that are what they were in a run that is remembered, and need not be looked at again: at most a few rows
 * of its memo are broken, and none of these paths concerns them. Empty where that cannot be told: then everything takes the long
 * way. All rows of the memo but these hold, so that what was proved of such a task is still true.
 */
export function recallUntouched(
  session: Session,
  { brokenAnswer }: Terminal,
  taskGraph: TaskGraph,
): ReadonlyMap<TaskId, UntouchedTask> {
  // With a kept graph, projects and tasks follow from files that it speaks of, which rows prove or which are far-reaching.
  const memo = brokenAnswer && session.graphWasKept ? readMemo(brokenAnswer) : null;
  if (!brokenAnswer || memo === null) return new Map();
  const { outputs, findUntouched } = indexRemembered(session, taskGraph, memo.settled);
  const resolvePaths = createPathResolver(session, { outputs, memo, known: brokenAnswer.paths });
  // The first says mostly whether most tasks are concerned: then looking for others would be for nothing.
  const first = resolvePaths(brokenAnswer.first === null ? [] : [brokenAnswer.first]);
  if (first === null || findUntouched(first).size * 2 < taskGraph.tasks.size) return new Map();
  const rows = takeAll(brokenAnswer);
  const paths = rows === null ? null : resolvePaths(rows);
  return paths === null ? new Map() : pick(findUntouched(paths), memo, brokenAnswer.attachment);
}

function pick(
  untouched: ReadonlySet<TaskId>,
  { settled }: RememberedTasks,
  attachment: Uint8Array,
): ReadonlyMap<TaskId, UntouchedTask> {
  const tasks = new Map<TaskId, UntouchedTask>();
  let end = 0;
  for (const { id, hash, savedMs, outputBytes } of settled) {
    const terminalOutput = attachment.subarray(end, end + outputBytes);
    if (untouched.has(id)) tasks.set(id, { hash, executionMs: savedMs, terminalOutput });
    end += outputBytes;
  }
  return tasks;
}

type RememberedTasks = RecalledRun | RememberedPart;

/** What commands print would have to be asked first. */
function readMemo({ answer }: BrokenAnswer): RememberedTasks | null {
  // Whole by its checksum, and written by this build: trusted as it is.
  const memo = JSON.parse(answer()) as KeptMemo;
  return memo.kind === 'part' || (memo.kind === 'run' && memo.runtime.length === 0) ? memo : null;
}

function takeAll({ first, rest }: BrokenAnswer): readonly BrokenRow[] | null {
  if (first === null) return [];
  const rows = [first];
  for (let next = rest.next(); next.done !== true; next = rest.next()) {
    if (rows.length === maxBrokenRows) return null;
    rows.push(next.value);
  }
  return rows;
}
