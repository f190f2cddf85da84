import type { Digest, WorkspacePath } from '../ids.ts';
import type { DigestFunction } from '../ports.ts';
import type { FileFacts, WorkspaceFiles } from '../workspace-files.ts';
import { encodeText } from './canonical.ts';
import type { Fileset } from './inputs.ts';
import { listFileset } from './list-fileset.ts';

/**
 * Covers, for each file of the set in order of paths: the path from the workspace's root, whether it is
 * a file, an executable file or a symbolic link, and the digest of its bytes or of the link's text.
 * `paths` are those of the set, where they are known. A file that has gone since the workspace was listed counts as one that is not there.
 */
export function digestFileset(
  fileset: Fileset,
  files: Pick<WorkspaceFiles, 'has' | 'under' | 'factsOf'>,
  digest: DigestFunction,
  paths: readonly WorkspacePath[] = listFileset(fileset, files),
): Digest {
  let encoded = '';
  for (const path of paths) {
    const facts = files.factsOf(path);
    if (facts !== null) encoded += encodeText(path) + encodeText(kindOf(facts)) + encodeText(facts.digest);
  }
  return digest(encoded);
}

function kindOf(facts: FileFacts): string {
  return facts.kind === 'file' && facts.executable ? 'executable' : facts.kind;
}
