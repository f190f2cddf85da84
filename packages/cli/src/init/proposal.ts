import type { Problem } from '@larder/core';

/** One file as it is and as it is to be. */
export interface FileEdit {
  /** Relative to the root of the workspace. */
  readonly file: string;
  /** Null: there is none. */
  readonly before: string | null;
  readonly after: string;
}

/** What would set a workspace up. */
export type Proposal =
  | {
      readonly kind: 'changes';
      /** What the workspace was recognised as. */
      readonly workspace: string;
      /** Empty where nothing has to be changed. */
      readonly edits: readonly FileEdit[];
      /** Whole sentences: what should be known before. */
      readonly notes: readonly string[];
      /** Whole sentences: what is to be done when the edits are written. */
      readonly next: readonly string[];
    }
  /** Something that is not understood is not touched. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

export function refuse(file: string, path: string, { found, allowed }: { found: string; allowed: string }): Proposal {
  return {
    kind: 'refused',
    problems: [{ severity: 'error', code: 'invalid-value', file, path, found, allowed }],
  };
}
