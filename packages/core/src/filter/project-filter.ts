/** What one `--filter` asks for, in Turborepo's grammar (its documentation of `turbo run --filter`). */
export interface ProjectFilter {
  /** As it was given. */
  readonly text: string;
  /** `!x`: what it selects is taken away from what the others select. */
  readonly exclude: boolean;
  readonly subject: FilterSubject;
  /** `x...`: with all that it depends on. */
  readonly withDependencies: boolean;
  /** `...x`: with all that depends on it. */
  readonly withDependents: boolean;
  /** `x^...` and `...^x`: without the subject itself. */
  readonly withoutSelf: boolean;
}

/** A project has to fit every part that is not null; at least one is not. */
export interface FilterSubject {
  readonly name: string | null;
  readonly tag: string | null;
  /** A folder or a glob of folders, relative to the workspace. */
  readonly directory: string | null;
  readonly changes: FilterChanges | null;
  /** `x...[ref]`: a change in anything that the project depends on counts as well. */
  readonly changesInDependencies: boolean;
}

/** What `[…]` compares. */
export type FilterChanges =
  /** `[ref]`: what differs between that commit and the working tree, untracked files included. */
  | { readonly kind: 'since'; readonly ref: string }
  /** `[a...b]`: what `b` brought since the merge base of both. */
  | { readonly kind: 'between'; readonly base: string; readonly head: string };

/** The same text for the same comparison. */
export function formatFilterChanges(changes: FilterChanges): string {
  return changes.kind === 'since' ? `[${changes.ref}]` : `[${changes.base}...${changes.head}]`;
}
