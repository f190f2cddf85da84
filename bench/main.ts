import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBenchOptions, usage, type BenchOptions } from './bench-options.ts';
import { listContenders } from './contenders/all-contenders.ts';
import { createSeededRandom } from './generate/seeded-random.ts';
import { cleanEnvironment } from './measure/clean-environment.ts';
import { installPeers } from './peers/install-peers.ts';
import { formatTable } from './report/format-table.ts';
import { summarise, type Row } from './report/summarise.ts';
import { findScenario } from './scenarios/all-scenarios.ts';
import { measureScenario } from './scenarios/measure-scenario.ts';
import { closeSite, openSites } from './scenarios/open-sites.ts';

// `npm run bench`: Larder beside its peers and beside what nobody can beat. See docs/benchmarks.md.

async function main(options: BenchOptions): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'larder-bench-')));
  try {
    await measureAll(options, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measureAll(options: BenchOptions, folder: string): Promise<readonly Row[]> {
  const env = cleanEnvironment(process.env, join(folder, 'home'));
  const modules = installPeers();
  const rows: Row[] = [];
  const random = createSeededRandom(options.seed);
  const endsAtMs = performance.now() + options.budgetMinutes * 60_000;
  console.log(`Node ${process.version}, ${availableParallelism()} cores, medians`);
  for (const size of options.sizes ?? [{ projects: 10, files: 10 }]) {
    const siteOptions = { folder, modules, env, deadlineMs: 60_000 + size.projects * 500 };
    const sites = openSites(options.contenders ?? listContenders(), size, siteOptions);
    const label = `${size.projects}x${size.files}`;
    for (const name of options.scenarios ?? (['nothing-changed'] as const)) {
      const scenario = findScenario(name);
      const takingPart = sites.filter(({ contender }) => contender.scenarios?.includes(name) ?? true);
      const measured = await measureScenario(scenario, takingPart, {
        ...siteOptions,
        rounds: options.rounds,
        random,
        endsAtMs,
      });
      const summary = summarise(name, label, measured);
      console.log(`\n${formatTable(`${scenario.title}, ${label}`, summary)}`);
      rows.push(...summary);
    }
    for (const site of sites) await closeSite(site, siteOptions);
  }
  return rows;
}

const options = parseBenchOptions(process.argv.slice(2));
if (typeof options === 'string') {
  console.error(`${options}\n\n${usage}`);
  process.exitCode = 2;
} else {
  await main(options);
}
