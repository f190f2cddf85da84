import type { Change } from './compare-costs.ts';

const update = 'node bench/gate.ts --update';

/** All figures, then what to do where they call for it. */
export function formatChanges(changes: readonly Change[]): string {
  const lines = changes.map(({ command, cost, baseline, found, verdict }) => {
    const mark = { same: ' ', worse: 'WORSE', better: 'better' }[verdict];
    return `${command.padEnd(20)} ${cost.padEnd(18)}${cell(baseline)} ->${cell(found)}  ${mark}`.trimEnd();
  });
  const advice = [
    ...(changes.some(({ verdict }) => verdict === 'worse') ? [worseAdvice] : []),
    ...(changes.some(({ verdict }) => verdict === 'better') ? [betterAdvice] : []),
  ];
  return ['Costs beyond `node -e 0`, baseline -> now', ...lines, ...advice].join('\n');
}

const worseAdvice = `A run costs more than bench/baseline.json allows. Find out which calls are new ("strace -f -c", docs/benchmarks.md)
and take them out. Where they are the price of something wanted, run "${update}" and commit the new
baseline with a sentence that says what it pays for.`;

const betterAdvice = `A run costs a tenth less than bench/baseline.json says, or better: run "${update}" and commit it, so that it stays so.`;

function cell(value: number): string {
  return String(value).padStart(10);
}
