import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from './support/run-larder.ts';
import { hasTmux } from './support/tmux-terminal.ts';

const mostPercent = 5;
/** CPU time of a start of Node on the machine for which that holds, in milliseconds. */
const startThereMs = 28;

test.skipIf(!hasTmux)('the view of 200 running tasks that print takes less than a twentieth of a core', () => {
  const bench = join(repositoryRoot, 'bench', 'tui-frame-cost.mjs');
  const figures = execFileSync(process.execPath, [bench, '8', '1000'], { encoding: 'utf8' });
  const costs = [...figures.matchAll(/^the view at \d+x\d+: (-?[\d.]+) % of a core/gm)].map(([, cost]) => Number(cost));
  expect(costs.length).toBe(2);
  const startHereMs = Number(/^Node's start: ([\d.]+) ms/m.exec(figures)?.[1]);
  expect((Math.max(...costs) * startThereMs) / startHereMs).toBeLessThan(mostPercent);
});
