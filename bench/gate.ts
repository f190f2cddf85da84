import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareCosts, type CostsByCommand } from './gate/compare-costs.ts';
import { findStraceProblem } from './gate/count-calls.ts';
import { formatChanges } from './gate/format-changes.ts';
import { measureCosts } from './gate/measure-costs.ts';

// Compares what runs of Larder cost, in figures that do not depend on how fast the machine is, with
// baseline.json: `node bench/gate.ts`. With --update the present costs become the baseline.

const baselineFile = join(import.meta.dirname, 'baseline.json');

async function main(args: readonly string[]): Promise<number> {
  const problem = findStraceProblem();
  if (problem !== null) {
    console.log(`Costs are not compared: ${problem}.`);
    return 0;
  }
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'larder-gate-')));
  try {
    return judge(await measureCosts(folder), args.includes('--update'));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function judge(found: CostsByCommand, isUpdate: boolean): number {
  if (isUpdate) {
    writeFileSync(baselineFile, `${JSON.stringify(found, null, 2)}\n`);
    console.log(`Written to ${baselineFile}`);
    return 0;
  }
  const baseline: CostsByCommand = JSON.parse(readFileSync(baselineFile, 'utf8'));
  const changes = compareCosts(baseline, found);
  console.log(formatChanges(changes));
  return changes.some(({ verdict }) => verdict === 'worse') ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));
