import { formatMoney } from '@acme/currency';
import { formatDay } from '@acme/dates';
import type { Order } from '@acme/orders';
import { capitalise } from '@acme/text';

export function renderInvoice(customer: string, order: Order): string {
  const lines = order.lines.map(({ product, count }) => `${count} x ${product.title}`);
  const arrival = `Arrives on ${formatDay(order.arrivesAt)}`;
  return [`Invoice for ${capitalise(customer)}`, ...lines, `Total ${formatMoney(order.total)}`, arrival].join('\n');
}
