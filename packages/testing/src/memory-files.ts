import {
  asWorkspacePath,
  compareCodeUnits,
  type FileFacts,
  type WorkspaceFiles,
  type WorkspacePath,
} from '@larder/core';
import { testDigest } from './test-digest.ts';

/** A text, a link (its target), or a text that may be executed. */
export type MemoryFile = string | { readonly link: string } | { readonly executable: string };

/** The files of a workspace, held in memory. The order of `content` does not show. */
export function createMemoryFiles(content: Readonly<Record<string, MemoryFile>>): WorkspaceFiles {
  const facts = new Map(Object.entries(content).map(([path, file]) => [asWorkspacePath(path), describe(file)]));
  const paths = [...facts.keys()].sort(compareCodeUnits);
  return {
    paths,
    has: (path) => facts.has(path),
    under: (directory: WorkspacePath) =>
      directory === '' ? paths : paths.filter((path) => path.startsWith(`${directory}/`)),
    factsOf: (path) => facts.get(path) ?? null,
  };
}

function describe(file: MemoryFile): FileFacts {
  if (typeof file === 'string') return { digest: testDigest(file), kind: 'file', executable: false };
  if ('link' in file) return { digest: testDigest(file.link), kind: 'symlink', executable: false };
  return { digest: testDigest(file.executable), kind: 'file', executable: true };
}
