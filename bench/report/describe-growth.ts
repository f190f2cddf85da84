import type { ScenarioName } from '../scenarios/scenario.ts';
import type { Row } from './summarise.ts';

export interface Growth {
  readonly scenario: ScenarioName;
  readonly measure: 'cpuMs' | 'peakMb';
  readonly from: string;
  readonly to: string;
  /** How much the figure per additional project grows from the one step to the next; 1 is a straight line. */
  readonly factor: number;
}

/**
 * Compares what a project more costs between the two largest sizes with what it costs on average up to there, start-up
 * taken out by the smallest size: 1.1 is "linear within 10 %".
 */
export function describeGrowth(rows: readonly Row[]): readonly Growth[] {
  return [...groupByGrowth(rows)].flatMap(([scenario, grown]) => {
    const [small, middle, large] = grown.slice(-3);
    if (small === undefined || middle === undefined || large === undefined) return [];
    return (['cpuMs', 'peakMb'] as const).map((measure) => {
      const slope = (from: Row, to: Row): number => (to[measure] - from[measure]) / (projectsOf(to) - projectsOf(from));
      const factor = slope(middle, large) / slope(small, middle);
      return { scenario, measure, from: middle.size, to: large.size, factor };
    });
  });
}

/** The rows that count of each scenario, by the number of projects; all with as many files a project as the first. */
export function groupByGrowth(rows: readonly Row[]): ReadonlyMap<ScenarioName, readonly Row[]> {
  const valid = rows.filter(({ invalid, rounds }) => invalid === null && rounds > 0);
  const alike = valid.filter((row) => filesOf(row) === filesOf(valid[0] ?? row));
  return Map.groupBy(
    alike.toSorted((a, b) => projectsOf(a) - projectsOf(b)),
    ({ scenario }) => scenario,
  );
}

export function projectsOf({ size }: Row): number {
  return Number(size.split('x')[0]);
}

function filesOf({ size }: Row): number {
  return Number(size.split('x')[1]);
}
