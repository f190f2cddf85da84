import { expect, test } from 'vitest';
import { createPressureGauge } from './pressure-gauge.ts';

/** A machine whose texts a test changes, and whose time it sets. */
class Machine {
  nowMs = 0;
  texts: Record<string, string> = {};
  readonly gauge = createPressureGauge({ now: () => this.nowMs }, (path) => this.texts[path] ?? null);

  stall(of: 'cpu' | 'memory', totalMs: number): void {
    this.texts[`/proc/pressure/${of}`] =
      `some avg10=1.00 avg60=0.50 avg300=0.10 total=${totalMs * 1000}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=9\n`;
  }
}

test('stalls and swapping are those since the last look', () => {
  const machine = new Machine();
  machine.stall('cpu', 1000);
  machine.stall('memory', 0);
  machine.texts['/proc/vmstat'] = 'pswpin 7\npswpout 100\n';
  expect(machine.gauge()).toMatchObject({ cpuStall: null, memoryStall: null, swapOutBytesPerSecond: null });
  machine.nowMs = 500;
  machine.stall('cpu', 1400);
  machine.stall('memory', 50);
  machine.texts['/proc/vmstat'] = 'pswpin 7\npswpout 1100\n';
  expect(machine.gauge()).toMatchObject({
    cpuStall: 0.8,
    memoryStall: 0.1,
    swapOutBytesPerSecond: 2000 * 4096,
  });
});

test('memory is what the machine has, or what its container may still have', () => {
  const machine = new Machine();
  machine.texts['/proc/meminfo'] = 'MemTotal:        8000 kB\nMemAvailable:    4000 kB\n';
  expect(machine.gauge().availableBytes).toBe(4_096_000);
  machine.texts['/sys/fs/cgroup/memory.max'] = 'max\n';
  machine.texts['/sys/fs/cgroup/memory.current'] = '900\n';
  expect(machine.gauge().availableBytes).toBe(4_096_000);
  machine.texts['/sys/fs/cgroup/memory.max'] = '1000\n';
  machine.texts['/sys/fs/cgroup/memory.stat'] = 'anon 5\ninactive_file 50\n';
  expect(machine.gauge().availableBytes).toBe(150);
});

test('a machine that tells nothing, or no longer, is no reason for anything', () => {
  const machine = new Machine();
  machine.stall('cpu', 1000);
  machine.gauge();
  machine.texts = { '/proc/pressure/cpu': 'unsupported' };
  machine.nowMs = 10;
  expect(machine.gauge()).toMatchObject({ cpuStall: null, memoryStall: null, swapOutBytesPerSecond: null });
});
