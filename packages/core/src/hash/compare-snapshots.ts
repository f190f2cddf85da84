import type { HashEntryKind } from './hash-details.ts';
import { canonicalJson } from './canonical.ts';
import type { FindNode, SealedEntry } from './input-snapshot.ts';
import { sortUnique } from './sort-unique.ts';

export type ChangeKind = 'added' | 'modified' | 'deleted';

/** What one hash has that another has not. */
export type InputChange =
  | { readonly kind: 'file'; readonly path: string; readonly change: ChangeKind }
  /** A value that is no file: its kind and name as they stand in the hash. */
  | { readonly kind: 'value'; readonly of: HashEntryKind; readonly name: string; readonly change: ChangeKind };

export interface Snapshot {
  readonly entries: readonly SealedEntry[];
  readonly find: FindNode;
}

/**
 * What changed from one snapshot to the other: files by path, then the values in the order of the later hash.
 * Sets of files whose list was not kept count as a value of kind `files`.
 */
export function compareSnapshots(before: Snapshot, after: Snapshot): readonly InputChange[] {
  const earlier = new Map(before.entries.map((entry) => [keyOf(entry), entry]));
  const files = new FileComparison(before.find, after.find);
  const values: InputChange[] = [];
  const compare = (old: SealedEntry | null, now: SealedEntry | null): void => {
    if (old?.seal === now?.seal) return;
    const { kind: of, name } = (now ?? old)!;
    if (of === 'files' && files.compare(old?.seal ?? null, now?.seal ?? null)) return;
    values.push({ kind: 'value', of, name, change: old === null ? 'added' : now === null ? 'deleted' : 'modified' });
  };
  for (const entry of after.entries) {
    compare(earlier.get(keyOf(entry)) ?? null, entry);
    earlier.delete(keyOf(entry));
  }
  for (const entry of earlier.values()) compare(entry, null);
  return [...files.changes(), ...values];
}

/** Collects files over all sets. One that moved from one set to another did not change. */
class FileComparison {
  readonly #before: FindNode;
  readonly #after: FindNode;
  readonly #old = new Map<string, string>();
  readonly #now = new Map<string, string>();
  readonly #compared = new Set<string>();

  constructor(before: FindNode, after: FindNode) {
    this.#before = before;
    this.#after = after;
  }

  /** False where a list is not known any more. Equal parts of the two are not looked into. */
  compare(old: string | null, now: string | null): boolean {
    const pair = `${old} ${now}`;
    if (old === now || this.#compared.has(pair)) return true;
    this.#compared.add(pair);
    const [was, is] = [old === null ? null : this.#before(old), now === null ? null : this.#after(now)];
    if ((old !== null && was === null) || (now !== null && is === null)) return false;
    for (const [path, seal] of was?.kind === 'files' ? was.files : []) this.#old.set(path, seal);
    for (const [path, seal] of is?.kind === 'files' ? is.files : []) this.#now.set(path, seal);
    const [members, others] = [was, is].map((node) => new Map(node?.kind === 'group' ? node.members : []));
    const labels = sortUnique([...members!.keys(), ...others!.keys()]);
    return labels.map((label) => this.compare(members!.get(label) ?? null, others!.get(label) ?? null)).every(Boolean);
  }

  *changes(): Generator<InputChange> {
    for (const path of sortUnique([...this.#old.keys(), ...this.#now.keys()])) {
      const [old, now] = [this.#old.get(path), this.#now.get(path)];
      if (old === now) continue;
      yield { kind: 'file', path, change: old === undefined ? 'added' : now === undefined ? 'deleted' : 'modified' };
    }
  }
}

function keyOf(entry: SealedEntry): string {
  return canonicalJson([entry.kind, entry.name]);
}
