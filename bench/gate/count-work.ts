import { spawnSync } from 'node:child_process';
import type { CountedCommand } from './count-calls.ts';

const limitMs = 120_000;
const report = `data:text/javascript,${encodeURIComponent(
  "import fs from 'node:fs'; process.on('exit', () => fs.writeSync(3, String(process.moduleLoadList.length)));",
)}`;

/** Modules of Node itself that a run loads, those of the start included. The command has to be Node. */
export function countNodeModules({ command, args, cwd, env }: CountedCommand): number {
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe'] as const;
  const { output } = spawnSync(command, ['--import', report, ...args], {
    cwd,
    env,
    stdio: [...stdio],
    timeout: limitMs,
  });
  return Number(String(output[3]));
}

/** Millions of instructions in user mode, or null where there is no counter for them. */
export function countMegaInstructions({ command, args, cwd, env }: CountedCommand): number | null {
  const perf = ['stat', '-x,', '-e', 'instructions:u', command, ...args];
  const { error, stderr } = spawnSync('perf', perf, {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: limitMs,
  });
  if (error !== undefined) return null;
  const counted = /^(\d+),[^,]*,instructions:u/m.exec(stderr.toString())?.[1];
  return counted === undefined ? null : Number(counted) / 1e6;
}
