/** The `code` of a system error (`ENOENT`), or null where it is none. */
export function systemErrorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** Null where the promise rejects with that one system error; every other error goes on. */
export async function ignoringCode<T>(code: string, promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (systemErrorCode(error) === code) return null;
    throw error;
  }
}

/** The disk, or the user's share of it, is full. */
export function isOutOfSpace(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}
