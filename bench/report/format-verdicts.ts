import type { Growth } from './describe-growth.ts';
import type { Verdict } from './evaluate-targets.ts';

/** A line for each target: what was due, what was found, and whether that holds. */
export function formatVerdicts(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map((verdict) => {
    const { scenario, size, contender } = verdict.target;
    const where = `${scenario}, ${size}, ${contender}`;
    return `${verdict.held ? 'held  ' : 'missed'}  ${where.padEnd(42)} ${describe(verdict)}`;
  });
  const held = verdicts.filter((verdict) => verdict.held).length;
  return [...lines, `${held} of ${verdicts.length} targets held`].join('\n');
}

/** Empty where growth was not measured. */
export function formatGrowth(growth: readonly Growth[]): string {
  const lines = growth.map(({ scenario, measure, from, to, factor }) => {
    return `${scenario}: ${measureNames[measure]} of a project more, ${from} to ${to}: ${factor.toFixed(2)} of that before (1 is linear)\n`;
  });
  return lines.join('');
}

function describe({ target, found, against }: Verdict): string {
  const { limit, measure } = target;
  const what = measureNames[measure];
  switch (limit.kind) {
    case 'ratio':
      return `${what} ${found.toFixed(2)} of ${against}, at most ${limit.most}`;
    case 'beyond':
      return `${what} ${found.toFixed(0)} ms beyond ${against}, at most ${limit.most}`;
    case 'absolute':
      return `${what} ${found.toFixed(0)}, at most ${limit.most}`;
  }
}

const measureNames = { wallMs: 'wall', cpuMs: 'CPU', peakMb: 'peak MB', daemonPeakMb: "daemon's peak MB" };
