import type { Row } from './summarise.ts';

export interface Growth {
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
  const [small, middle, large] = rows.filter(({ invalid }) => invalid === null).slice(-3);
  if (small === undefined || middle === undefined || large === undefined) return [];
  return (['cpuMs', 'peakMb'] as const).map((measure) => {
    const slope = (from: Row, to: Row): number => (to[measure] - from[measure]) / (projectsOf(to) - projectsOf(from));
    return { measure, from: middle.size, to: large.size, factor: slope(middle, large) / slope(small, middle) };
  });
}

export function projectsOf({ size }: Row): number {
  return Number(size.split('x')[0]);
}
