import { expect, test } from 'vitest';
import { addMoney, euros, formatMoney } from './index.ts';

test('cents are added without loss', () => {
  expect(formatMoney(addMoney([euros(0.1), euros(0.2)]))).toBe('0.30 Euro');
});
