import { expect, test } from 'vitest';
import { findProduct } from './index.ts';

test('a product is found by its slug', () => {
  expect(findProduct('tea-pot')?.price.cents).toBe(2490);
  expect(findProduct('coffee')).toBeNull();
});
