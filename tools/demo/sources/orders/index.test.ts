import { product } from '@acme/catalog';
import { expect, test } from 'vitest';
import { placeOrder } from './index.ts';

const day = new Date('2026-03-01T09:00:00Z');

test('an empty cart cannot be ordered', () => {
  expect(placeOrder([], day)).toEqual({ kind: 'refused', reason: 'the cart is empty' });
});

test('the total is that of the lines after discounts', () => {
  const order = placeOrder([{ product: product('Tea cup', 9), count: 10 }], day);
  expect(order.kind === 'ok' && order.value.total.cents).toBe(8100);
});
