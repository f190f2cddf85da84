import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from './support/run-larder.ts';
import { hasTmux } from './support/tmux-terminal.ts';

/** A twentieth of a core that does 3,000 million of them in a second, as it does while Node starts in 28 ms. */
const mostMegaInstructions = 150;
const mostPercent = 5;

test.skipIf(!hasTmux)('the view of 200 running tasks that print takes less than a twentieth of a core', () => {
  const bench = join(repositoryRoot, 'bench', 'tui-frame-cost.mjs');
  const figures = execFileSync(process.execPath, [bench, '4', '1000'], { encoding: 'utf8' });
  const views = figures.split('\n').filter((line) => line.startsWith('the view at '));
  expect(views).toHaveLength(2);
  // CPU time of one machine differs by half from hour to hour: it is held only where nobody counts instructions.
  const shares = views.map((view) => {
    const instructions = /(\d+) million instructions/.exec(view)?.[1];
    const percent = /: (-?[\d.]+) %/.exec(view)?.[1];
    return instructions === undefined ? Number(percent) / mostPercent : Number(instructions) / mostMegaInstructions;
  });
  expect(Math.max(...shares)).toBeLessThan(1);
});
