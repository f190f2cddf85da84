import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BatchCollector, type ChangeBatch } from './collect-batches.ts';

/** Collects changes in real time, and waits while git is at work. */
export function createCollector(rootAbsolute: string, onBatch: (batch: ChangeBatch) => void): BatchCollector {
  const lock = join(rootAbsolute, '.git', 'index.lock');
  return new BatchCollector({
    now: () => performance.now(),
    schedule: (callback, delayMs) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    gitIsBusy: () => existsSync(lock),
    onBatch,
  });
}
