import { spawnSync } from 'node:child_process';

export interface BenchCommand {
  readonly title: string;
  /** Arguments of Node. */
  readonly args: readonly string[];
}

export interface Measured {
  readonly title: string;
  readonly medianMs: number;
  readonly leastMs: number;
  /** User and system time, the median. */
  readonly cpuMs: number;
  /** Resident memory at its highest, of the process itself; the median. */
  readonly peakMb: number;
}

export interface MeasureOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly rounds: number;
}

/** Runs the commands in turns, after one round that does not count, and takes medians. Throws where one fails. */
export function measureCommands(commands: readonly BenchCommand[], options: MeasureOptions): readonly Measured[] {
  const samples = commands.map(() => ({ wallMs: [] as number[], cpuMs: [] as number[], peakMb: [] as number[] }));
  for (let round = -1; round < options.rounds; round += 1) {
    for (const [index, command] of commands.entries()) {
      const wallMs = runOnce(command, options);
      const { cpuMs, peakMb } = readUsage(command, options);
      if (round < 0) continue;
      samples[index]?.wallMs.push(wallMs);
      samples[index]?.cpuMs.push(cpuMs);
      samples[index]?.peakMb.push(peakMb);
    }
  }
  return commands.map(({ title }, index) => {
    const { wallMs = [], cpuMs = [], peakMb = [] } = samples[index] ?? {};
    return {
      title,
      medianMs: median(wallMs),
      leastMs: Math.min(...wallMs),
      cpuMs: median(cpuMs),
      peakMb: median(peakMb),
    };
  });
}

function runOnce({ title, args }: BenchCommand, { cwd, env }: MeasureOptions): number {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const wallMs = performance.now() - startedAt;
  if (status !== 0) throw new Error(`${title} ended with exit code ${status}\n${stderr.toString()}`);
  return wallMs;
}

const reportUsage = `data:text/javascript,${encodeURIComponent(
  "import fs from 'node:fs'; process.on('exit', () => fs.writeSync(3, JSON.stringify(process.resourceUsage())));",
)}`;

/** A run of its own, because the module that reports costs time. */
function readUsage({ args }: BenchCommand, { cwd, env }: MeasureOptions): { cpuMs: number; peakMb: number } {
  const stdio = ['ignore', 'ignore', 'ignore', 'pipe'] as const;
  const { output } = spawnSync(process.execPath, ['--import', reportUsage, ...args], { cwd, env, stdio: [...stdio] });
  const usage: NodeJS.ResourceUsage = JSON.parse(String(output[3]));
  return { cpuMs: (usage.userCPUTime + usage.systemCPUTime) / 1000, peakMb: usage.maxRSS / 1024 };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
