import type { RunPlan } from '@larder/core';
import { planToJson, renderPlan } from '@larder/report';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { formatJson, writeOut } from '../session/command-io.ts';
import type { Terminal } from '../terminal.ts';

type PlanFormat = 'text' | 'json';

/** Prints a dry run. */
export async function writePlan(terminal: Terminal, plan: RunPlan, format: PlanFormat): Promise<ExitCode> {
  await writeOut(terminal, describePlan(terminal, plan, format));
  return exitCodes.ok;
}

export function describePlan(terminal: Terminal, plan: RunPlan, format: PlanFormat): string {
  const text = { color: terminal.color, columns: terminal.stdout.columns ?? Infinity };
  return format === 'json' ? formatJson(planToJson(plan)) : renderPlan(plan, text);
}
