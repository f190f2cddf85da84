import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PriorityQueue } from './priority-queue.ts';

test('items come out in order, whatever the order of adding and taking', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer())), (steps) => {
      const queue = new PriorityQueue<number>((a, b) => a - b);
      let expected: number[] = [];
      for (const step of steps) {
        if (step === null) {
          expect(queue.take()).toBe(expected.shift());
        } else {
          queue.add(step);
          expected = [...expected, step].sort((a, b) => a - b);
        }
        expect(queue.size).toBe(expected.length);
        expect(queue.peek()).toBe(expected[0]);
      }
    }),
  );
});
