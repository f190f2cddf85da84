import type { RunPlan } from '@larder/core';
import { planToJson, renderPlan } from '@larder/report';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { formatJson, writeOut } from '../session/command-io.ts';
import type { Terminal } from '../terminal.ts';

/** Prints a dry run. */
export async function writePlan(terminal: Terminal, plan: RunPlan, format: 'text' | 'json'): Promise<ExitCode> {
  const text = { color: terminal.color, columns: terminal.stdout.columns ?? Infinity };
  await writeOut(terminal, format === 'json' ? formatJson(planToJson(plan)) : renderPlan(plan, text));
  return exitCodes.ok;
}
