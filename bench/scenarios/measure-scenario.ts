import type { ContenderRole } from '../contenders/contender.ts';
import type { SeededRandom } from '../generate/seeded-random.ts';
import { readDaemonPeak } from '../measure/read-daemon-peak.ts';
import { runMeasured, type MeasuredRun } from '../measure/run-measured.ts';
import { findWrongOutput, undoEdits } from './edit-workspace.ts';
import type { SiteOptions } from './open-sites.ts';
import type { Scenario, Site } from './scenario.ts';

export interface ContenderRuns {
  readonly contender: string;
  readonly role: ContenderRole;
  readonly runs: readonly MeasuredRun[];
  /** Of the daemon that its runs left behind; NaN where there is none. */
  readonly daemonPeakMb: number;
  /** Why the figures do not count, or null. */
  readonly invalid: string | null;
}

export interface RoundOptions extends SiteOptions {
  /** Beside a first one that does not count. */
  readonly rounds: number;
  readonly random: SeededRandom;
  /** Says when no more rounds are begun: a time of `performance.now()`. */
  readonly endsAtMs: number;
}

const leastRounds = 3;

/** Lets the contenders take turns in random order, so that a busy minute slows all of them. */
export async function measureScenario(
  scenario: Scenario,
  sites: readonly Site[],
  options: RoundOptions,
): Promise<readonly ContenderRuns[]> {
  const entries = sites.map((site) => ({ site, runs: [] as MeasuredRun[], invalid: null as string | null }));
  for (const entry of entries) entry.invalid = await findFailure(() => arrange(scenario, entry.site), options.signal);
  for (let round = -1; round < options.rounds; round += 1) {
    if (round >= leastRounds && performance.now() > options.endsAtMs) break;
    for (const entry of options.random.shuffle(entries)) {
      if (entry.invalid !== null) continue;
      entry.invalid = await findFailure(async () => {
        const run = await runOnce(scenario, entry.site, { ...options, round });
        if (round >= 0) entry.runs.push(run);
      }, options.signal);
    }
  }
  const daemons = new Map(sites.map((site) => [site, readDaemonPeak(site.place.root)]));
  return entries.map(({ site, runs, invalid }) => {
    const { name, role } = site.contender;
    return { contender: name, role, runs, daemonPeakMb: daemons.get(site) ?? Number.NaN, invalid };
  });
}

/** As committed, built and cached: where every scenario begins. */
async function arrange(scenario: Scenario, site: Site): Promise<void> {
  undoEdits(site);
  await site.build();
  await scenario.arrange?.(site);
}

async function runOnce(scenario: Scenario, site: Site, options: SiteOptions & { round: number }): Promise<MeasuredRun> {
  const { contender, place } = site;
  const invocation = contender.invoke(scenario.action, place);
  if (invocation === null) throw new Error('it has no command for that');
  await scenario.prepare?.(site, options.round);
  const run = await runMeasured(invocation, { cwd: place.root, ...options });
  const wrong = findWrongRun(scenario, site, run);
  if (wrong !== null) throw new Error(wrong);
  return run;
}

/** Says what the contender claims wrongly, or null. */
function findWrongRun(scenario: Scenario, site: Site, { exitCode, output }: MeasuredRun): string | null {
  if (exitCode === null) return 'it did not end in time';
  if (exitCode !== 0) return `it ended with exit code ${exitCode}: ${output.slice(-500)}`;
  const expected = scenario.expect(site);
  const { readCounts } = site.contender;
  if (expected !== null && readCounts !== null) {
    const found = readCounts(output);
    if (found === null) return `it does not say what it did: ${output.slice(-500)}`;
    if (found.executed !== expected.executed || found.cached !== expected.cached) {
      return `${expected.executed} executed and ${expected.cached} cached were due, not ${found.executed} and ${found.cached}`;
    }
  }
  return scenario.action === 'build' ? findWrongOutput(site) : null;
}

async function findFailure(attempt: () => Promise<void>, signal: AbortSignal): Promise<string | null> {
  try {
    await attempt();
    return null;
  } catch (error) {
    signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}
