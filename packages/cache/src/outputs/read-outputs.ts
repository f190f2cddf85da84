import { findOutput, type FoundOutput } from './found-output.ts';
import { parseOutputPatterns } from './output-patterns.ts';
import { createOutputSelector, type Selection } from './output-selector.ts';
import { readDiskTree } from './output-tree.ts';

/** What stands on disk at the outputs that a task declares. */
export interface OutputsOnDisk {
  readonly kind: 'found';
  /** Sorted by path. Contents were not read. */
  readonly found: readonly FoundOutput[];
  /** Declared without glob characters, and not there. */
  readonly missing: readonly string[];
  readonly selection: Selection;
  /** Wall clock before anything was looked at. */
  readonly atMs: number;
}

export type OutputsResult = OutputsOnDisk | { readonly kind: 'refused'; readonly reason: string };

/**
 * Finds what a task produced: files, directories (empty ones too) and symbolic links, by its patterns.
 * Refuses patterns outside the workspace, folders that are reached through a link, and anything that is
 * neither file, directory nor link. Rejects with `OutputTrouble` where the file system lets nobody look.
 */
export async function readOutputs(rootAbsolute: string, patterns: readonly string[]): Promise<OutputsResult> {
  const parsed = parseOutputPatterns(patterns);
  if (parsed.kind === 'invalid') return { kind: 'refused', reason: parsed.reason };
  const selector = await createOutputSelector(parsed.patterns);
  const atMs = Date.now();
  const selection = selector.select(readDiskTree(rootAbsolute));
  const { outputs, absent, linkedParent } = selection;
  if (linkedParent !== null) return refuse(`"${linkedParent}" is a symbolic link, which is not followed`);
  const found: FoundOutput[] = [];
  for (const { path, kind } of outputs) {
    if (kind === 'other') return refuse(`"${path}" is neither a file, a directory nor a symbolic link`);
    const output = findOutput(rootAbsolute, path);
    if (output === null) return refuse(`"${path}" vanished while it was looked at, or its name is not valid Unicode`);
    found.push(output);
  }
  const missing = absent.filter(({ isExpected }) => isExpected).map(({ path }) => path);
  return { kind: 'found', found, missing, selection, atMs };
}

function refuse(reason: string): OutputsResult {
  return { kind: 'refused', reason };
}
