import { builtLarder, createLarder } from '../contenders/larder.ts';
import type { WorkspaceSize } from '../generate/plan-workspace.ts';
import type { Row } from '../report/summarise.ts';
import { scaleScenarios } from '../suites.ts';
import { measurePart, type OnRows } from './measure-part.ts';
import type { RoundOptions } from './measure-scenario.ts';

/** Larder alone at growing sizes; one workspace at a time, because the large ones are large. */
export async function measureScale(
  sizes: readonly WorkspaceSize[],
  options: RoundOptions,
  onRows: OnRows,
): Promise<readonly Row[]> {
  const contender = createLarder({ name: 'larder', daemon: 'off', bundle: builtLarder });
  const rows: Row[] = [];
  for (const size of sizes) {
    const scenarios = scaleScenarios.map((name) => ({ name, contenders: new Set([contender.name]) }));
    const deadlineMs = 60_000 + size.projects * 100;
    rows.push(...(await measurePart({ size, contenders: [contender], scenarios }, { ...options, deadlineMs }, onRows)));
  }
  return rows;
}
