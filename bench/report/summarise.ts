import { halfSpread, median } from '../measure/statistics.ts';
import type { ContenderRole } from '../contenders/contender.ts';
import type { ContenderRuns } from '../scenarios/measure-scenario.ts';
import type { ScenarioName } from '../scenarios/scenario.ts';

/** One contender in one scenario at one size. Milliseconds and MB; NaN where there is no figure. */
export interface Row {
  readonly scenario: ScenarioName;
  /** Such as "100x20". */
  readonly size: string;
  readonly contender: string;
  readonly role: ContenderRole;
  readonly wallMs: number;
  readonly wallSpreadMs: number;
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly daemonPeakMb: number;
  readonly rounds: number;
  readonly invalid: string | null;
}

export function summarise(scenario: ScenarioName, size: string, measured: readonly ContenderRuns[]): readonly Row[] {
  return measured.map(({ contender, role, runs, daemonPeakMb, invalid }) => {
    const wall = runs.map(({ wallMs }) => wallMs);
    return {
      scenario,
      size,
      contender,
      role,
      wallMs: median(wall),
      wallSpreadMs: halfSpread(wall),
      cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
      peakMb: median(runs.map(({ peakMb }) => peakMb)),
      daemonPeakMb,
      rounds: runs.length,
      invalid,
    };
  });
}
