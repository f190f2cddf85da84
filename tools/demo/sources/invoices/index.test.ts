import { product } from '@acme/catalog';
import { placeOrder } from '@acme/orders';
import { expect, test } from 'vitest';
import { renderInvoice } from './index.ts';

test('an invoice lists what was ordered, the total and the day of arrival', () => {
  const order = placeOrder([{ product: product('Tea cup', 9), count: 2 }], new Date('2026-03-01T09:00:00Z'));
  const text = order.kind === 'ok' ? renderInvoice('ada', order.value) : '';
  expect(text).toBe('Invoice for Ada\n2 x Tea cup\nTotal 18.00 Euro\nArrives on 2026-03-04');
});
