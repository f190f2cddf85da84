import { euros, type Money } from '@acme/currency';
import { slugify } from '@acme/text';

export interface Product {
  readonly slug: string;
  readonly title: string;
  readonly price: Money;
}

export function product(title: string, price: number): Product {
  return { slug: slugify(title), title, price: euros(price) };
}

export const catalog: readonly Product[] = [product('Tea pot', 24.9), product('Green tea', 7.5), product('Tea cup', 9)];

export function findProduct(slug: string): Product | null {
  return catalog.find((candidate) => candidate.slug === slug) ?? null;
}
