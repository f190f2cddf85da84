import { canonicalJson } from './canonical.ts';
import type { HashEntry, TaskHashDetails } from './hash-details.ts';

/** One input that makes two hashes differ. */
export type HashDifference =
  | { readonly kind: 'added'; readonly after: HashEntry }
  | { readonly kind: 'removed'; readonly before: HashEntry }
  /** Same kind and name, another value. */
  | { readonly kind: 'changed'; readonly before: HashEntry; readonly after: HashEntry };

/** What changed, in the order of the entries; those that are gone stand last. Empty for equal hashes. */
export function compareHashDetails(
  before: Pick<TaskHashDetails, 'entries'>,
  after: Pick<TaskHashDetails, 'entries'>,
): readonly HashDifference[] {
  const earlier = new Map(before.entries.map((entry) => [keyOf(entry), entry]));
  const differences: HashDifference[] = [];
  for (const entry of after.entries) {
    const key = keyOf(entry);
    const old = earlier.get(key);
    earlier.delete(key);
    if (old === undefined) differences.push({ kind: 'added', after: entry });
    else if (old.value !== entry.value) differences.push({ kind: 'changed', before: old, after: entry });
  }
  return [...differences, ...[...earlier.values()].map((entry) => ({ kind: 'removed', before: entry }) as const)];
}

function keyOf(entry: HashEntry): string {
  return canonicalJson([entry.kind, entry.name]);
}
