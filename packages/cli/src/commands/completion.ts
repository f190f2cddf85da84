import type { ProjectGraph } from '@larder/core';
import { openHistory } from '@larder/report';
import type { Command } from '../argv/command.ts';
import { describeCommands } from '../argv/describe-commands.ts';
import { completeWords, type Candidate, type NameKind } from '../completion/complete-words.ts';
import { renderShellScript } from '../completion/shell-scripts.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { historyFile } from '../run/history-file.ts';
import { writeOut } from '../session/command-io.ts';
import { openProjects, type Projects } from '../session/open-projects.ts';
import { stateDirectoryOf } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';

const maxCandidates = 2_000;
const runsOffered = 20;

/** `completion <shell>` prints the script; `complete` answers it, and never complains. */
export async function completionCommand(
  command: Extract<Command, { kind: 'completion' | 'complete' }>,
  terminal: Terminal,
): Promise<ExitCode> {
  const text =
    command.kind === 'completion' ? renderShellScript(command.shell) : await completeTyped(command.words, terminal);
  await writeOut(terminal, text);
  return exitCodes.ok;
}

async function completeTyped(words: readonly string[], terminal: Terminal): Promise<string> {
  const { candidates, names } = completeWords(words, describeCommands());
  const [current = ''] = words.slice(-1);
  const found = [...candidates, ...(names.length === 0 ? [] : await readNames(names, terminal))];
  return found
    .filter(({ value }) => value.startsWith(current))
    .slice(0, maxCandidates)
    .map(({ value, description }) => `${value}\t${description}\n`)
    .join('');
}

/** Nothing where the workspace cannot be read: its problems belong to the command that is being typed. */
async function readNames(kinds: readonly NameKind[], terminal: Terminal): Promise<readonly Candidate[]> {
  const opened = await openProjects(terminal, () => {});
  if (opened.kind === 'invalid') return [];
  const lists = await Promise.all(kinds.map((kind) => listNames(kind, opened.projects)));
  return lists.flat();
}

async function listNames(kind: NameKind, { graph, rootAbsolute }: Projects): Promise<readonly Candidate[]> {
  switch (kind) {
    case 'projects':
      return [...graph.projects.values()].map(({ name, root }) => ({ value: name, description: root }));
    case 'targets':
      return listTargets(graph);
    case 'tasks':
      return [...graph.projects.values()].flatMap(({ name, targets }) =>
        [...targets.values()].map((target) => ({ value: `${name}:${target.name}`, description: target.executor })),
      );
    case 'runs':
      return listRuns(rootAbsolute);
  }
}

function listTargets({ projects }: ProjectGraph): readonly Candidate[] {
  const counts = new Map<string, number>();
  for (const { targets } of projects.values()) {
    for (const target of targets.keys()) counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => ({
    value,
    description: count === 1 ? 'in 1 project' : `in ${count} projects`,
  }));
}

async function listRuns(rootAbsolute: string): Promise<readonly Candidate[]> {
  const opened = await openHistory(historyFile({ stateDirectoryAbsolute: stateDirectoryOf(rootAbsolute) }));
  if (opened.kind === 'unavailable') return [];
  try {
    const runs = opened.history.readRuns({ limit: runsOffered });
    return runs.map(({ runId, command }) => ({ value: runId, description: command.replaceAll(/\s+/g, ' ') }));
  } finally {
    opened.history.close();
  }
}
