import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { readProcessTable } from './process-table.ts';

const module = new URL('orphan-guard.ts', import.meta.url).href;
/** Timers of one length fire in the order in which they were set: when the pid is printed the guard has been told. */
const script = `
  const { spawn } = await import('node:child_process');
  const { createOrphanGuard } = await import(${JSON.stringify(module)});
  const { pid } = spawn('sleep', ['300'], { detached: true, stdio: 'ignore' });
  createOrphanGuard({ tellAfterMs: 1, onAskedToEnd: () => console.log('asked') }).watch(pid);
  setTimeout(() => console.log(pid), 1);
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

  test.each([
    ['is asked to end', 'SIGTERM', ['asked']],
    ['is ended by force', 'SIGKILL', []],
  ] as const)('tells when it is asked to end, and nothing else: it %s', async (_, signal, said) => {
    const args = ['--conditions=source', '--input-type=module', '-e', script];
    const larder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(larder.stdout);
    const [pid] = (await once(lines, 'line')) as [string];
    const heard: string[] = [];
    lines.on('line', (line) => heard.push(line));
    const ended = once(lines, 'close');
    const guard = guardOf(larder.pid ?? 0, Number(pid));
    process.kill(guard, signal);
    await ends(guard);
    process.kill(Number(pid), 'SIGKILL');
    await ended;
    expect(heard).toEqual(said);
  });
});

const guardOf = (larder: number, watched: number): number =>
  (readProcessTable() ?? []).find((facts) => facts.parent === larder && facts.pid !== watched)?.pid ?? 0;

const isRunning = (pid: number): boolean =>
  (readProcessTable() ?? []).some((facts) => facts.pid === pid && !facts.zombie);

/** Somebody else's process: its end is no event here. The test's time limit bounds the wait. */
async function ends(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve));
}
