import { catalog, type Product } from '@acme/catalog';
import { slugify } from '@acme/text';

/** Products whose title holds every word of the query. */
export function search(query: string): readonly Product[] {
  const words = slugify(query).split('-');
  return catalog.filter(({ slug }) => words.every((word) => slug.split('-').includes(word)));
}
