import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBenchOptions, usage, type BenchOptions } from './bench-options.ts';
import { createSeededRandom } from './generate/seeded-random.ts';
import { cleanEnvironment } from './measure/clean-environment.ts';
import { readMachine } from './measure/read-machine.ts';
import { installPeers } from './peers/install-peers.ts';
import { describeGrowth } from './report/describe-growth.ts';
import { evaluateTargets } from './report/evaluate-targets.ts';
import { formatTable } from './report/format-table.ts';
import { formatGrowth, formatVerdicts } from './report/format-verdicts.ts';
import type { Row } from './report/summarise.ts';
import { targets } from './report/targets.ts';
import { writeResults, type BenchResults } from './report/write-results.ts';
import { measurePart } from './scenarios/measure-part.ts';
import { measureScale } from './scenarios/measure-scale.ts';
import { planParts, type BenchPart } from './scenarios/plan-parts.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { scaleSizes } from './suites.ts';

// `npm run bench`: Larder beside its peers and beside what nobody can beat. See docs/benchmarks.md.

async function main(options: BenchOptions): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'larder-bench-')));
  const interrupt = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort(new Error(name)));
  try {
    const results = await measureAll(options, { folder, signal: interrupt.signal });
    writeResults(options.out, results);
    console.log(`\n${formatVerdicts(results.verdicts)}\n${formatGrowth(results.growth)}Written to ${options.out}`);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    console.error('The bench was interrupted; its workspaces and processes are gone.');
    process.exitCode = 130;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measureAll(options: BenchOptions, { folder, signal }: Surroundings): Promise<BenchResults> {
  const machine = readMachine();
  const { node, cores, processor, platform } = machine;
  console.log(
    `Node ${node}, ${cores} cores, ${processor}, ${platform}; medians; "of": what the first one named takes of the row`,
  );
  const planned = planParts(options);
  const hasPeers = planned.some(({ contenders }) => contenders.some(({ role }) => role === 'peer'));
  const modules = hasPeers ? installPeers() : null;
  const parts = modules === null ? planned.map(withoutPeers) : planned;
  const common = {
    folder,
    signal,
    modules,
    env: cleanEnvironment(process.env, join(folder, 'home')),
    rounds: options.rounds,
    random: createSeededRandom(options.seed),
    endsAtMs: performance.now() + options.budgetMinutes * 60_000,
  };
  const rows: Row[] = [];
  for (const part of parts) {
    const deadlineMs = 60_000 + part.size.projects * 500;
    console.log(`\n${part.size.projects} projects: ${part.contenders.map(({ name }) => name).join(', ')}`);
    rows.push(...(await measurePart(part, { ...common, deadlineMs }, printRows)));
  }
  const scale = options.scale ? await measureScale(scaleSizes, { ...common, deadlineMs: 0 }, printRows) : [];
  return { machine, rows, verdicts: evaluateTargets(targets, rows), scale, growth: describeGrowth(scale) };
}

function printRows(scenario: Scenario, rows: readonly Row[]): void {
  console.log(`\n${formatTable(`${scenario.title}, ${rows[0]?.size ?? ''}`, rows)}`);
}

function withoutPeers(part: BenchPart): BenchPart {
  return { ...part, contenders: part.contenders.filter(({ role }) => role !== 'peer') };
}

interface Surroundings {
  readonly folder: string;
  readonly signal: AbortSignal;
}

const options = parseBenchOptions(process.argv.slice(2));
if (typeof options === 'string') {
  console.error(`${options}\n\n${usage}`);
  process.exitCode = 2;
} else if (options.help) {
  console.log(usage);
} else {
  await main(options);
}
