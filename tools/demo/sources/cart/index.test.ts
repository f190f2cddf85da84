import { product } from '@acme/catalog';
import { expect, test } from 'vitest';
import { addToCart } from './index.ts';

const cup = product('Tea cup', 9);

test('the same product is counted, not listed twice', () => {
  expect(addToCart(addToCart([], cup, 1), cup, 2)).toEqual([{ product: cup, count: 3 }]);
});

test('there is a limit for one product', () => {
  expect(addToCart([], cup, 1000)[0]?.count).toBe(20);
});
