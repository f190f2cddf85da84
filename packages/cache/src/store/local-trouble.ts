import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreError } from '@larder/core';

/** The trouble that an error of the file system stands for; other errors are bugs and come back as they are. */
export function toLocalTrouble(error: unknown, action: 'read' | 'write'): unknown {
  if (error instanceof StoreError || !(error instanceof Error) || !('syscall' in error || 'errno' in error))
    return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new StoreError('local-disk-full', message, { cause: error });
  const detail = describeUnmade(error as NodeJS.ErrnoException) ?? message;
  return new StoreError(action === 'read' ? 'local-read-failed' : 'local-write-failed', detail, { cause: error });
}

/** Node says of a folder that it may not make with all above it only that it is not there. Null for other errors. */
function describeUnmade({ code, syscall, path }: NodeJS.ErrnoException): string | null {
  if (code !== 'ENOENT' || syscall !== 'mkdir' || path === undefined) return null;
  let above = dirname(path);
  while (!existsSync(above)) above = dirname(above);
  try {
    accessSync(above, constants.W_OK);
    return null;
  } catch (error) {
    const isReadOnly = (error as NodeJS.ErrnoException).code === 'EROFS';
    return `nothing can be kept: ${above} ${isReadOnly ? 'is on a read-only file system' : 'may not be written to'}`;
  }
}
