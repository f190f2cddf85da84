import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { adaptLimits, type AdaptiveFacts, type MachinePressure } from './adapt-limits.ts';
import type { StartLimits } from './task-demand.ts';

const calm: MachinePressure = { cpuStall: 0.4, memoryStall: 0, availableBytes: 1000, swapOutBytesPerSecond: 0 };

function limitsOf(slots: number, pressure: Partial<MachinePressure>, facts: Partial<AdaptiveFacts> = {}): StartLimits {
  return adaptLimits(slots, {
    cores: 4,
    occupiedSlots: slots,
    residentBytes: 0,
    ...facts,
    pressure: { ...calm, ...pressure },
  });
}

test('slots go down one by one while tasks wait for the cores, to half of these', () => {
  expect([4, 3, 2].map((slots) => limitsOf(slots, { cpuStall: 0.9 }).slots)).toEqual([3, 2, 2]);
});

test('slots go up one by one while the cores wait for tasks, to twice these', () => {
  expect([2, 4, 7, 8].map((slots) => limitsOf(slots, { cpuStall: 0 }).slots)).toEqual([3, 5, 8, 8]);
});

test('slots that nobody takes are no reason for more, and a machine that says nothing keeps its slots', () => {
  expect(limitsOf(4, { cpuStall: 0 }, { occupiedSlots: 3 }).slots).toBe(4);
  expect(limitsOf(4, { cpuStall: null }).slots).toBe(4);
  expect(limitsOf(4, {}).slots).toBe(4);
});

test('memory that tasks hold already is theirs, and a tenth of the rest is left alone', () => {
  expect(limitsOf(4, {}, { residentBytes: 500 }).memoryBytes).toBe(1400);
  expect(limitsOf(4, { availableBytes: null }).memoryBytes).toBe(null);
});

test('a machine that swaps, or waits for memory, is strained', () => {
  expect(limitsOf(4, {}).isStrained).toBe(false);
  expect(limitsOf(4, { memoryStall: 0.2 }).isStrained).toBe(true);
  expect(limitsOf(4, { swapOutBytesPerSecond: 4e6 }).isStrained).toBe(true);
  expect(limitsOf(4, { memoryStall: null, swapOutBytesPerSecond: null }).isStrained).toBe(false);
});

test('whatever the machine says, there are slots, and no more than twice the cores', () => {
  const shares = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
  const readings = fc.array(fc.record({ cpuStall: shares, occupiedSlots: fc.nat({ max: 20 }) }), { maxLength: 40 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), readings, (cores, list) => {
      let slots = cores;
      for (const { cpuStall, occupiedSlots } of list) {
        const next = limitsOf(slots, { cpuStall }, { cores, occupiedSlots }).slots;
        expect(Math.abs(next - slots)).toBeLessThanOrEqual(1);
        expect(next).toBeGreaterThanOrEqual(Math.ceil(cores / 2));
        expect(next).toBeLessThanOrEqual(2 * cores);
        slots = next;
      }
    }),
  );
});
