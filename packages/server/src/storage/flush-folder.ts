import { open } from 'node:fs/promises';
import { ignoringCode } from './file-errors.ts';

/** Makes the names in a folder survive a power failure. A folder that has gone needs none of that. */
export async function flushFolder(absolutePath: string): Promise<void> {
  await using folder = await ignoringCode('ENOENT', open(absolutePath, 'r'));
  await folder?.sync();
}
