import { parseConfig } from '@larder/core';
import { readConfigFile } from '@larder/workspace';
import type { Command } from '../argv/command.ts';
import type { DoctorContext } from '../doctor/check.ts';
import { checks } from '../doctor/checks.ts';
import { renderFindings, type DoctorReport } from '../doctor/doctor-report.ts';
import { runChecks } from '../doctor/run-checks.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import { formatJson, writeOut } from '../session/command-io.ts';
import type { Terminal } from '../terminal.ts';
import { version } from '../version.ts';
import { requireRoot } from './open-daemon.ts';

const deadlineMs = 6_000;

/** `larder doctor`: reads no project, so that it works where they are broken. */
export async function doctorCommand(
  { json }: Extract<Command, { kind: 'doctor' }>,
  terminal: Terminal,
): Promise<ExitCode> {
  const rootAbsolute = await requireRoot(terminal);
  if (rootAbsolute === null) return exitCodes.usage;
  const findings = await runChecks(checks, readContext(rootAbsolute, terminal), deadlineMs);
  const report: DoctorReport = { v: 1, version, root: rootAbsolute, findings };
  await writeOut(terminal, json ? formatJson(report) : renderFindings(findings, terminal));
  return findings.some(({ level }) => level === 'problem') ? exitCodes.taskFailed : exitCodes.ok;
}

function readContext(rootAbsolute: string, terminal: Terminal): DoctorContext {
  const [config, problems] = parseConfig({
    file: readConfigFile(rootAbsolute),
    env: terminal.env,
    availableParallelism: terminal.availableParallelism,
    ci: terminal.isCi,
  });
  return { rootAbsolute, terminal, config, problems };
}
