import { sum } from '@acme/numbers';
import { capitalise } from '@acme/text';

/** An amount in cents, so that adding never loses any. */
export interface Money {
  readonly cents: number;
  readonly currency: 'euro' | 'dollar';
}

export function euros(amount: number): Money {
  return { cents: Math.round(amount * 100), currency: 'euro' };
}

export function addMoney(amounts: readonly Money[]): Money {
  return { cents: sum(amounts.map(({ cents }) => cents)), currency: amounts[0]?.currency ?? 'euro' };
}

export function formatMoney({ cents, currency }: Money): string {
  return `${(cents / 100).toFixed(2)} ${capitalise(currency)}`;
}
