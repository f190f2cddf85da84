import type { Product } from '@acme/catalog';
import { clamp } from '@acme/numbers';

export interface CartLine {
  readonly product: Product;
  readonly count: number;
}

const mostOfOne = 20;

/** Adds a product; more than twenty of one are not sold. */
export function addToCart(cart: readonly CartLine[], product: Product, count: number): readonly CartLine[] {
  const present = cart.find((line) => line.product.slug === product.slug);
  const others = cart.filter((line) => line !== present);
  return [...others, { product, count: clamp((present?.count ?? 0) + count, 1, mostOfOne) }];
}
