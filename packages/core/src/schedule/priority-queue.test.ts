import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { PriorityQueue } from './priority-queue.ts';

test('items come out in order, whatever the order of adding and taking', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer())), (steps) => {
      const queue = new PriorityQueue<number>((a, b) => a - b);
      const taken: (number | undefined)[] = [];
      const expected: (number | undefined)[] = [];
      let waiting: number[] = [];
      for (const step of steps) {
        if (step === null) {
          taken.push(queue.peek(), queue.take());
          expected.push(waiting[0], waiting.shift());
        } else {
          queue.add(step);
          waiting = [...waiting, step].sort((a, b) => a - b);
        }
      }
      expect(taken).toEqual(expected);
      expect(queue.size).toBe(waiting.length);
    }),
  );
});
