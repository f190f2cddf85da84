import type { Money } from '@acme/currency';
import { clamp } from '@acme/numbers';

/** Percent off, by how many pieces are bought. */
export function discountPercent(count: number): number {
  return clamp(Math.floor(count / 5) * 5, 0, 15);
}

export function priceOf(unit: Money, count: number): Money {
  const full = unit.cents * count;
  return { ...unit, cents: Math.round((full * (100 - discountPercent(count))) / 100) };
}
