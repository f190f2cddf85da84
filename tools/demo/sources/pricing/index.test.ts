import { euros } from '@acme/currency';
import { expect, test } from 'vitest';
import { discountPercent, priceOf } from './index.ts';

test('more pieces cost less each, up to a limit', () => {
  expect([1, 5, 10, 100].map(discountPercent)).toEqual([0, 5, 10, 15]);
  expect(priceOf(euros(10), 5).cents).toBe(4750);
});
