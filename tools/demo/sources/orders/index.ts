import type { CartLine } from '@acme/cart';
import { addMoney, type Money } from '@acme/currency';
import { addDays } from '@acme/dates';
import { priceOf } from '@acme/pricing';
import { accept, refuse, type Result } from '@acme/result';

export interface Order {
  readonly lines: readonly CartLine[];
  readonly total: Money;
  readonly arrivesAt: Date;
}

const deliveryDays = 3;

export function placeOrder(cart: readonly CartLine[], orderedAt: Date): Result<Order> {
  if (cart.length === 0) return refuse('the cart is empty');
  const total = addMoney(cart.map(({ product, count }) => priceOf(product.price, count)));
  return accept({ lines: cart, total, arrivesAt: addDays(orderedAt, deliveryDays) });
}
