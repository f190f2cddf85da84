import { parseAge } from '@larder/core';
import { buildStatistics, compareRuns, renderComparison, renderRuns, renderStatistics } from '@larder/report/insights';
import type { Command } from '../argv/command.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { formatJson, writeOut } from '../session/command-io.ts';
import type { Terminal } from '../terminal.ts';
import { checkBudgetsCommand } from './stats-check.ts';
import { refuse, textOptions, withHistory, withRuns } from './with-history.ts';

type StatsCommand = Extract<Command, { kind: 'stats' | 'stats-compare' | 'stats-check' }>;

/** `stats`, `stats compare` and `stats check`: what the recorded runs say. */
export async function statsCommand(command: StatsCommand, terminal: Terminal): Promise<ExitCode> {
  switch (command.kind) {
    case 'stats':
      return printStatistics(command, terminal);
    case 'stats-compare':
      return compare(command, terminal);
    case 'stats-check':
      return checkBudgetsCommand(command, terminal);
  }
}

async function printStatistics(
  command: Extract<StatsCommand, { kind: 'stats' }>,
  terminal: Terminal,
): Promise<ExitCode> {
  const sinceMs = parseAge(command.since);
  if (sinceMs === undefined) {
    const detail = 'An age is a number with m, h or d, such as 12h or 7d.';
    return refuse(terminal, { severity: 'error', code: 'usage', detail, near: [] });
  }
  return withHistory(terminal, async (history) => {
    const branch = command.branch === null ? {} : { branch: command.branch };
    const runs = history.readRuns({ limit: command.last, sinceEpochMs: Date.now() - sinceMs, ...branch });
    await writeOut(terminal, describeStatistics());
    return exitCodes.ok;

    function describeStatistics(): string {
      if (command.runs) return command.json ? formatJson({ v: 1, runs }) : renderRuns(runs, textOptions(terminal));
      const statistics = buildStatistics(runs);
      return command.json ? formatJson(statistics) : renderStatistics(statistics, textOptions(terminal));
    }
  });
}

async function compare(
  { a, b, json }: Extract<StatsCommand, { kind: 'stats-compare' }>,
  terminal: Terminal,
): Promise<ExitCode> {
  return withHistory(terminal, (history) =>
    withRuns(terminal, { history, name: a }, (inA) =>
      withRuns(terminal, { history, name: b }, async (inB) => {
        const comparison = compareRuns(inA, inB);
        const text = json ? formatJson(comparison) : renderComparison(comparison, { a, b }, textOptions(terminal));
        await writeOut(terminal, text);
        return exitCodes.ok;
      }),
    ),
  );
}
