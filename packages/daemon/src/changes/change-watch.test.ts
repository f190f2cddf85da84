import type { WorkspacePath } from '@larder/core';
import type { FolderWatcher, WatchedChanges, WatchLoss } from '@larder/workspace';
import { expect, test } from 'vitest';
import { ChangeWatch } from './change-watch.ts';

/** A watcher without a disk: what it says, and whether its barrier holds, is set by the test. */
class FakeSurroundings {
  holds = true;
  isExact = true;
  opened = 0;
  loss: WatchLoss | null = null;
  wallMs = 1_000_000;
  monotonicMs = 500;
  readonly waiting: { readonly callback: () => void; readonly afterMs: number }[] = [];
  onBatch: (batch: WatchedChanges | WatchLoss) => void = () => {};

  touch(...paths: string[]): void {
    this.onBatch({ kind: 'changes', paths: paths as WorkspacePath[] });
  }

  async watch(): Promise<ChangeWatch> {
    const watch = new ChangeWatch({
      openWatcher: async (onBatch): Promise<FolderWatcher | WatchLoss> => {
        this.opened += 1;
        this.onBatch = onBatch;
        const barrier = async (): Promise<boolean> => this.holds;
        const { isExact } = this;
        return this.loss ?? { kind: 'watching', isExact, countFolders: () => 3, barrier, close: async () => {} };
      },
      readClocks: () => ({ wallMs: this.wallMs, monotonicMs: this.monotonicMs }),
      later: (callback, afterMs) => void this.waiting.push({ callback, afterMs }),
    });
    await watch.answer(null, 0);
    return watch;
  }
}

const overflow: WatchLoss = { kind: 'lost', why: 'overflow', detail: '' };

test('after the first contact it tells what was touched since, and then nothing', async () => {
  const disk = new FakeSurroundings();
  const watch = await disk.watch();
  const first = await watch.answer(null, 10);
  expect(first).toMatchObject({ kind: 'unknown', why: 'first contact' });
  disk.touch('a', 'b');
  const second = await watch.answer(first.clock, 10);
  expect(second).toMatchObject({ kind: 'changes', paths: ['a', 'b'] });
  expect(await watch.answer(second.clock, 10)).toMatchObject({ kind: 'changes', paths: [] });
});

test('without a barrier even the present is unknown', async () => {
  const disk = new FakeSurroundings();
  const watch = await disk.watch();
  const { clock } = await watch.answer(null, 10);
  disk.holds = false;
  expect(await watch.answer(clock, 10)).toMatchObject({ kind: 'unknown', clock: null });
  disk.holds = true;
  expect(await watch.answer(clock, 10)).toMatchObject({ kind: 'changes' });
});

test('after a loss everything from before is unknown, also when it watches again', async () => {
  const disk = new FakeSurroundings();
  const watch = await disk.watch();
  const { clock } = await watch.answer(null, 10);
  disk.onBatch(overflow);
  expect(await watch.answer(clock, 10)).toMatchObject({ kind: 'unknown', clock: null });
  disk.waiting.shift()?.callback();
  await watch.answer(null, 10);
  expect(await watch.answer(clock, 10)).toMatchObject({ kind: 'unknown', why: 'another watcher' });
  expect(watch.status()).toMatchObject({ state: 'watching', losses: 1, loss: { why: 'overflow' } });
});

test('it tries again later and later, and rarely where the system has no more watches', async () => {
  const disk = new FakeSurroundings();
  disk.loss = overflow;
  const watch = await disk.watch();
  for (let round = 0; round < 3; round += 1) {
    disk.waiting.at(-1)?.callback();
    await watch.answer(null, 0);
  }
  expect(disk.waiting.map(({ afterMs }) => afterMs)).toEqual([1_000, 2_000, 4_000, 8_000]);
  disk.loss = { ...overflow, why: 'watch-limit' };
  disk.waiting.at(-1)?.callback();
  await watch.answer(null, 0);
  expect(disk.waiting.at(-1)?.afterMs).toBe(300_000);
});

test.each(['moved', 'file-system', 'unsupported'] as const)('it does not try again after "%s"', async (why) => {
  const disk = new FakeSurroundings();
  disk.loss = { kind: 'lost', why, detail: 'd' };
  const watch = await disk.watch();
  expect(disk.waiting).toEqual([]);
  expect(watch.status()).toMatchObject({ state: 'lost', loss: { why, detail: 'd' } });
});

test('a watcher whose silence proves nothing is not used', async () => {
  const disk = new FakeSurroundings();
  disk.isExact = false;
  const watch = await disk.watch();
  expect(await watch.answer(null, 10)).toMatchObject({ kind: 'unknown', clock: null });
  expect(watch.status()).toMatchObject({ state: 'lost', loss: { why: 'unsupported' } });
});

test.each([
  ['slept', 60_000, 0],
  ['had its clock set back', -60_000, 0],
])('while the machine %s, anything may have happened', async (_, wallMs, monotonicMs) => {
  const disk = new FakeSurroundings();
  const watch = await disk.watch();
  const { clock } = await watch.answer(null, 10);
  disk.wallMs += wallMs;
  disk.monotonicMs += monotonicMs;
  const answer = await watch.answer(clock, 10);
  expect(answer).toMatchObject({ kind: 'unknown', why: 'another watcher' });
  expect(await watch.answer(answer.clock, 10)).toMatchObject({ kind: 'changes', paths: [] });
});

test('time that both clocks have seen is nothing strange', async () => {
  const disk = new FakeSurroundings();
  const watch = await disk.watch();
  const { clock } = await watch.answer(null, 10);
  disk.wallMs += 3_600_000;
  disk.monotonicMs += 3_600_000;
  expect(await watch.answer(clock, 10)).toMatchObject({ kind: 'changes', paths: [] });
});

test('where any path may have changed, it is unknown what did', async () => {
  const disk = new FakeSurroundings();
  const watch = await disk.watch();
  const { clock } = await watch.answer(null, 10);
  disk.touch('a', '');
  expect(await watch.answer(clock, 10)).toMatchObject({ kind: 'unknown', clock: { sequence: 1 } });
});

test('more paths than are worth telling are unknown, and the next answer is short again', async () => {
  const disk = new FakeSurroundings();
  const watch = await disk.watch();
  const { clock } = await watch.answer(null, 10);
  disk.touch(...Array.from({ length: 6_000 }, (_, index) => `file-${index}`));
  const answer = await watch.answer(clock, 10);
  expect(answer).toMatchObject({ kind: 'unknown', why: 'too many changes since' });
  expect(await watch.answer(answer.clock, 10)).toMatchObject({ kind: 'changes', paths: [] });
});
