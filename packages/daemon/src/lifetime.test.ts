import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Lifetime } from './lifetime.ts';

function open(idleMs: number): { readonly lifetime: Lifetime; readonly ends: () => number } {
  let ends = 0;
  return { lifetime: new Lifetime({ idleMs, onDone: () => void (ends += 1) }), ends: () => ends };
}

const isForgotten = false;

test('a daemon that nobody needs is over once, and none that has something to do', () => {
  const { lifetime, ends } = open(-1);
  lifetime.look({ isBusy: true, isForgotten });
  expect(ends()).toBe(0);
  lifetime.look({ isBusy: false, isForgotten });
  lifetime.look({ isBusy: false, isForgotten });
  expect(ends()).toBe(1);
});

test('a daemon in use is over only where that is asked for with force, after the answer', async () => {
  const { lifetime, ends } = open(60_000);
  lifetime.use();
  lifetime.look({ isBusy: false, isForgotten: true });
  lifetime.stop({ force: false });
  lifetime.look({ isBusy: false, isForgotten });
  expect(ends()).toBe(0);
  lifetime.stop({ force: true });
  expect(ends()).toBe(0);
  await nextTurn();
  expect(ends()).toBe(1);
});
