import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { readProcessTable } from './process-table.ts';

const module = new URL('spawn-process.ts', import.meta.url).href;
const script = `
  const { createSpawnProcess } = await import(${JSON.stringify(module)});
  const spawnProcess = createSpawnProcess({ stopGraceMs: 1000, outputDrainMs: 100, guardOrphans: true });
  spawnProcess({
    command: { kind: 'shell', line: 'echo $$; exec sleep 300' }, cwdAbsolute: '/', ipc: false,
    env: { PATH: process.env.PATH },
    onOutput: (_, chunk) => process.stdout.write(chunk),
  });
`;

describe.runIf(process.platform === 'linux')('the orphan guard', () => {
  test('ends what runs when Larder itself is killed', async () => {
    const args = ['--conditions=source', '--input-type=module', '-e', script];
    const larder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [pid] = (await once(createInterface(larder.stdout), 'line')) as [string];
    expect(isRunning(Number(pid))).toBe(true);
    larder.kill('SIGKILL');
    await ends(Number(pid));
  });
});

const isRunning = (pid: number): boolean =>
  (readProcessTable() ?? []).some((facts) => facts.pid === pid && !facts.zombie);

/** Somebody else's process: its end is no event here. The test's time limit bounds the wait. */
async function ends(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve));
}
