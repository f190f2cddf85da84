import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startCacheServer } from '../../tools/demo/cache-server.ts';
import { summarise, type Row } from '../report/summarise.ts';
import { findScenario } from './all-scenarios.ts';
import { measureScenario, type RoundOptions } from './measure-scenario.ts';
import { closeSite, openSites, withRemote } from './open-sites.ts';
import type { BenchPart } from './plan-parts.ts';
import type { Scenario, Site } from './scenario.ts';

const repositoryRoot = dirname(dirname(import.meta.dirname));

export type OnRows = (scenario: Scenario, rows: readonly Row[]) => void;

/** All scenarios at one size, in the same workspaces; `onRows` gets the rows of each as they come. */
export async function measurePart(part: BenchPart, options: RoundOptions, onRows: OnRows): Promise<readonly Row[]> {
  const size = `${part.size.projects}x${part.size.files}`;
  const sites = openSites(part.contenders, part.size, options);
  const all: Row[] = [];
  try {
    for (const { name, contenders } of part.scenarios) {
      if (performance.now() > options.endsAtMs) break;
      const scenario = findScenario(name);
      const taking = sites.filter(({ contender }) => contenders.has(contender.name));
      const measured = await measureWithServer(scenario, taking, options);
      const rows = summarise(name, size, measured);
      onRows(scenario, rows);
      all.push(...rows);
    }
    return all;
  } finally {
    for (const site of sites) await closeSite(site, options);
  }
}

/** Scenarios with a remote cache get a larder-server of their own on loopback. */
async function measureWithServer(
  scenario: Scenario,
  sites: readonly Site[],
  options: RoundOptions,
): ReturnType<typeof measureScenario> {
  if (scenario.usesRemote !== true) return measureScenario(scenario, sites, options);
  const storage = join(options.folder, 'remote');
  mkdirSync(storage, { recursive: true });
  const server = await startCacheServer(repositoryRoot, storage);
  try {
    const connected = sites.map((site) => withRemote(site, server, options));
    return await measureScenario(scenario, connected, options);
  } finally {
    await server.stop();
  }
}
