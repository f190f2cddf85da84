import { StoreError } from '@larder/core';

/** The trouble that an error of the file system stands for; other errors are bugs and come back as they are. */
export function toLocalTrouble(error: unknown, action: 'read' | 'write'): unknown {
  if (error instanceof StoreError || !(error instanceof Error) || !('syscall' in error || 'errno' in error))
    return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new StoreError('local-disk-full', message, { cause: error });
  return new StoreError(action === 'read' ? 'local-read-failed' : 'local-write-failed', message, { cause: error });
}
