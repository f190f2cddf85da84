import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '../measure/read-machine.ts';
import type { Growth } from './describe-growth.ts';
import type { Verdict } from './evaluate-targets.ts';
import { formatMarkdown } from './format-markdown.ts';
import { plotBars } from './plot-bars.ts';
import { plotScale } from './plot-scale.ts';
import type { Row } from './summarise.ts';

export interface BenchResults {
  readonly machine: Machine;
  readonly rows: readonly Row[];
  readonly verdicts: readonly Verdict[];
  /** Empty where growth was not measured. */
  readonly scale: readonly Row[];
  readonly growth: readonly Growth[];
}

/** Writes `results.json`, `results.md`, `bars-<size>.svg` and `scale.svg`. NaN becomes null in JSON. */
export function writeResults(folder: string, results: BenchResults): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(join(folder, 'results.md'), formatMarkdown([...results.rows, ...results.scale]));
  for (const size of new Set(results.rows.map((row) => row.size))) {
    writeFileSync(join(folder, `bars-${size}.svg`), plotBars(size, results.rows));
  }
  if (results.scale.length > 0) writeFileSync(join(folder, 'scale.svg'), plotScale(results.scale));
}
