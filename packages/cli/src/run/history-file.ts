import { join } from 'node:path';

/** Where the runs of a workspace are recorded; `stateDirectoryAbsolute` is its `.larder`. */
export function historyFile({ stateDirectoryAbsolute }: { readonly stateDirectoryAbsolute: string }): string {
  return join(stateDirectoryAbsolute, 'history.sqlite');
}
