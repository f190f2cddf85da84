import { asWorkspacePath } from '@larder/core';
import type { WorkspacePath } from '@larder/core';

export interface ChangedFile {
  readonly path: WorkspacePath;
  /** A rename is a deletion and an addition. */
  readonly kind: 'added' | 'modified' | 'deleted';
}

/** `M NUL path NUL A NUL path NUL …`: git-diff(1), `--name-status -z` without renames. */
export function parseNameStatus(output: string): readonly ChangedFile[] {
  const fields = splitAtNul(output);
  const changes: ChangedFile[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const status = fields[index];
    const kind = status === 'A' ? 'added' : status === 'D' ? 'deleted' : 'modified';
    changes.push({ path: asWorkspacePath(fields[index + 1] ?? ''), kind });
  }
  return changes;
}

export function splitAtNul(output: string): readonly string[] {
  return output === '' ? [] : output.replace(/\0$/, '').split('\0');
}
