import type { ManifestOutput } from '../artifact/manifest.ts';
import { digestFile } from '../artifact/describe-outputs.ts';
import { findOutput, isSameStat, type FoundOutput } from './found-output.ts';
import type { OutputsTable, RecordedOutput } from './outputs-table.ts';
import { isRacy } from './prove-unchanged.ts';
import { OutputTrouble } from './output-trouble.ts';
import type { OutputSelector, Selection } from './output-selector.ts';
import { readDiskTree } from './output-tree.ts';

/** What stands on disk where a task declares its outputs. */
export interface OutputsLook {
  /** Wall clock before anything was looked at. */
  readonly atMs: number;
  readonly selection: Selection;
}

/** How the outputs on disk differ from those that are wanted. */
export interface OutputsSurvey extends OutputsLook {
  /** What stands at the wanted paths; found before its contents were read. */
  readonly found: ReadonlyMap<string, FoundOutput>;
  /** Wanted files and links whose contents are on disk already; their mode may be another. */
  readonly right: ReadonlySet<string>;
  /** True where nothing is missing, different or stale. */
  readonly isExact: boolean;
}

export interface SurveyContext {
  readonly rootAbsolute: string;
  readonly selector: OutputSelector;
  /** Of any hash: spares reading files that it knows. */
  readonly table: OutputsTable | null;
  /** Taken just now; null looks again. */
  readonly look: OutputsLook | null;
}

export function lookAtOutputs(rootAbsolute: string, selector: OutputSelector): OutputsLook {
  return { atMs: Date.now(), selection: selector.select(readDiskTree(rootAbsolute)) };
}

/** Compares by contents. Files that `table` proves unchanged are not read again. */
export async function surveyOutputs(context: SurveyContext, wanted: readonly ManifestOutput[]): Promise<OutputsSurvey> {
  const { atMs, selection } = context.look ?? lookAtOutputs(context.rootAbsolute, context.selector);
  const present = new Set(selection.outputs.map(({ path }) => path));
  const recorded = new Map(context.table?.outputs.map((output) => [output.path, output]));
  const right = new Set<string>();
  const foundOutputs = new Map<string, FoundOutput>();
  let isExact = selection.linkedParent === null && selection.outputs.length === wanted.length;
  for (const output of wanted) {
    // A path that leads through a link is not among the selected ones, whatever lies behind it.
    const found = present.has(output.path) ? findOutput(context.rootAbsolute, output.path) : null;
    if (found !== null) foundOutputs.set(output.path, found);
    const isRight = found !== null && (await hasContents(context, { found, output, recorded }));
    if (isRight) right.add(output.path);
    if (!isRight || !hasMode(found, output)) isExact = false;
  }
  return { atMs, selection, found: foundOutputs, right, isExact };
}

interface Comparison {
  readonly found: FoundOutput;
  readonly output: ManifestOutput;
  readonly recorded: ReadonlyMap<string, RecordedOutput>;
}

async function hasContents(context: SurveyContext, { found, output, recorded }: Comparison): Promise<boolean> {
  if (output.kind === 'symlink') return found.kind === 'symlink' && found.target === output.target;
  if (output.kind === 'directory') return found.kind === 'directory';
  if (found.kind !== 'file' || found.stat.sizeBytes !== output.sizeBytes) return false;
  const known = recorded.get(output.path);
  const isKnown = known?.kind === 'file' && isSameStat(known.stat, found.stat);
  if (isKnown && context.table !== null && !isRacy(known.stat, context.table.recordedAtMs)) {
    return known.sha256 === output.sha256;
  }
  try {
    return (await digestFile(context.rootAbsolute, found)) === output.sha256;
  } catch (error) {
    // Being written to, gone or not to be read: it is replaced.
    if (error instanceof OutputTrouble) return false;
    throw error;
  }
}

function hasMode(found: FoundOutput, output: ManifestOutput): boolean {
  return output.kind === 'symlink' || found.stat.mode === output.mode;
}
