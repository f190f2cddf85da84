import { expect, test } from 'vitest';
import { evaluateTargets } from './evaluate-targets.ts';
import type { Row } from './summarise.ts';
import type { Target } from './targets.ts';

function row(contender: string, wallMs: number, more: Partial<Row> = {}): Row {
  const role = contender.startsWith('floor') ? 'floor' : contender.startsWith('larder') ? 'own' : 'peer';
  const place = { scenario: 'restore', size: '10x10', contender, role } as const;
  const figures = { wallMs, wallSpreadMs: 0, cpuMs: wallMs, peakMb: 50, daemonPeakMb: Number.NaN, rounds: 7 };
  return { ...place, ...figures, invalid: null, ...more };
}

function target(limit: Target['limit'], more: Partial<Target> = {}): Target {
  return { scenario: 'restore', size: '10x10', contender: 'larder', measure: 'wallMs', limit, ...more };
}

const half = target({ kind: 'ratio', to: 'best', most: 0.5 });

test('a ratio to the best is one to the fastest peer, not to a floor or another build of Larder', () => {
  const rows = [row('larder', 40), row('turbo', 100), row('moon', 80), row('floor-copy', 10), row('larder-old', 20)];
  expect(evaluateTargets([half], rows)).toEqual([{ target: half, found: 0.5, held: true, against: 'moon' }]);
});

test('a figure above the limit misses the target', () => {
  const [verdict] = evaluateTargets([half], [row('larder', 41), row('moon', 80)]);
  expect(verdict?.held).toBe(false);
});

test('an invalid row counts for nothing', () => {
  const rows = [row('larder', 40), row('turbo', 1, { invalid: 'it ended with exit code 1' }), row('moon', 80)];
  expect(evaluateTargets([half], rows)[0]?.against).toBe('moon');
  expect(evaluateTargets([half], [row('larder', 40, { invalid: 'it lies' }), row('moon', 80)])).toEqual([]);
});

test('a target of another scenario, another size or without an opponent gets no verdict', () => {
  const rows = [row('larder', 40), row('moon', 80)];
  const others = [
    { ...half, size: '100x20' },
    { ...half, scenario: 'cold' as const },
  ];
  expect(evaluateTargets(others, rows)).toEqual([]);
  expect(evaluateTargets([target({ kind: 'ratio', to: 'turbo', most: 1 })], rows)).toEqual([]);
});

test('limits beyond a floor and absolute limits are in their own unit', () => {
  const rows = [row('larder', 130), row('floor-node', 40)];
  const beyond = target({ kind: 'beyond', to: 'floor-node', most: 100 });
  const absolute = target({ kind: 'absolute', most: 120 }, { measure: 'peakMb' });
  expect(evaluateTargets([beyond, absolute], rows)).toEqual([
    { target: beyond, found: 90, held: true, against: 'floor-node' },
    { target: absolute, found: 50, held: true, against: null },
  ]);
});

test('a figure that this machine cannot tell gets no verdict', () => {
  const absolute = target({ kind: 'absolute', most: 120 }, { measure: 'daemonPeakMb' });
  expect(evaluateTargets([absolute], [row('larder', 1)])).toEqual([]);
});
