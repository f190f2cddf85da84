import { compareCodeUnits } from '@larder/core';
import type { ArtifactLimits } from './limits.ts';
import type { ManifestOutput } from './manifest.ts';
import { findLinkProblem, findPathProblem, foldPath } from './path-rules.ts';

/**
 * Why a set of outputs may be neither stored nor restored, in words that name the path; null where it may.
 * Whether the task declared them is another question: see `OutputSelector`.
 */
export function checkOutputs(outputs: readonly ManifestOutput[], limits: ArtifactLimits): string | null {
  if (outputs.length > limits.maxEntries) return `there are more than ${limits.maxEntries} outputs`;
  const totalBytes = outputs.reduce((sum, output) => sum + (output.kind === 'file' ? output.sizeBytes : 0), 0);
  if (totalBytes > limits.maxOutputBytes) return `the outputs are over ${limits.maxOutputBytes} bytes`;
  for (const output of outputs) {
    const problem = findOutputProblem(output);
    if (problem !== null) return `"${output.path}": ${problem}`;
  }
  return findOrderProblem(outputs) ?? findNestingProblem(outputs) ?? findTwins(outputs);
}

export function compareOutputs(a: ManifestOutput, b: ManifestOutput): number {
  return ranks[a.kind] - ranks[b.kind] || compareCodeUnits(a.path, b.path);
}

const ranks = { directory: 0, file: 1, symlink: 2 } as const;

function findOutputProblem(output: ManifestOutput): string | null {
  const problem = findPathProblem(output.path);
  if (problem !== null) return `the path ${problem}`;
  return output.kind === 'symlink' ? findLinkProblem(output.path, output.target) : null;
}

function findOrderProblem(outputs: readonly ManifestOutput[]): string | null {
  for (let index = 1; index < outputs.length; index += 1) {
    const before = outputs[index - 1];
    const output = outputs[index];
    if (before === undefined || output === undefined || compareOutputs(before, output) < 0) continue;
    return `"${output.path}" is named twice or out of order`;
  }
  return null;
}

/** Nothing lies below a file or a link, so that no path of an artifact leads through one of its own links. */
function findNestingProblem(outputs: readonly ManifestOutput[]): string | null {
  const kinds = new Map<string, ManifestOutput['kind']>();
  for (const output of outputs) kinds.set(output.path, output.kind);
  if (kinds.size < outputs.length) return 'a path is named twice';
  const folders = new Set<string>();
  for (const { path } of outputs) {
    for (let parent = parentOf(path); parent !== '' && !folders.has(parent); parent = parentOf(parent)) {
      if ((kinds.get(parent) ?? 'directory') !== 'directory') {
        return `"${path}" lies below "${parent}", which is not a directory`;
      }
      folders.add(parent);
    }
  }
  return null;
}

/** Folders count too: `A/x` and `a/y` would land in one folder where case does not count. */
function findTwins(outputs: readonly ManifestOutput[]): string | null {
  const seen = new Map<string, string>();
  const known = new Set<string>();
  for (const { path } of outputs) {
    for (let name = path; name !== '' && !known.has(name); name = parentOf(name)) {
      known.add(name);
      const folded = foldPath(name);
      const twin = seen.get(folded);
      if (twin !== undefined) return `"${twin}" and "${name}" are the same file on some file systems`;
      seen.set(folded, name);
    }
  }
  return null;
}

/** Nearest first. */
export function ancestorsOf(path: string): readonly string[] {
  const ancestors: string[] = [];
  for (let parent = parentOf(path); parent !== ''; parent = parentOf(parent)) ancestors.push(parent);
  return ancestors;
}

/** `''` where there is none. */
function parentOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end > 0 ? path.slice(0, end) : '';
}
