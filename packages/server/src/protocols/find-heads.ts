import type { ScopedEntries } from '../scoped-entries.ts';
import type { EntryFacts } from '../storage/storage.ts';

const headsAtOnce = 16;

/** The facts of those names that exist, asked for a few at a time. */
export async function findHeads<Name extends string>(
  entries: ScopedEntries,
  names: readonly Name[],
): Promise<ReadonlyMap<Name, EntryFacts>> {
  const found = new Map<Name, EntryFacts>();
  for (let start = 0; start < names.length; start += headsAtOnce) {
    const batch = names.slice(start, start + headsAtOnce);
    const facts = await Promise.all(batch.map((name) => entries.head(name)));
    for (const [index, name] of batch.entries()) {
      const head = facts[index];
      if (head) found.set(name, head);
    }
  }
  return found;
}
