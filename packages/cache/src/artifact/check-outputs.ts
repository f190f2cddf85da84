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
  return findOrderProblem(outputs) ?? findNamesProblem(outputs, limits);
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
    const [before, output] = [outputs[index - 1], outputs[index]];
    if (before === undefined || output === undefined || compareOutputs(before, output) < 0) continue;
    return `"${output.path}" is named twice or out of order`;
  }
  return null;
}

/**
 * Nothing lies below a file or a link, so that no path of an artifact leads through one of its own links. Folders count
 * too where case does not: `A/x` and `a/y` would land in one. Each folder is looked at once, however much is in it.
 */
function findNamesProblem(outputs: readonly ManifestOutput[], { maxPathCharacters }: ArtifactLimits): string | null {
  const kinds = new Map(outputs.map((output) => [output.path, output.kind]));
  if (kinds.size < outputs.length) return 'a path is named twice';
  const known = new Set<string>();
  const folded = new Map<string, string>();
  let characters = 0;
  for (const { path } of outputs) {
    for (let name = path; name !== ''; name = parentOf(name)) {
      if (name !== path && (kinds.get(name) ?? 'directory') !== 'directory')
        return `"${path}" lies below "${name}", which is not a directory`;
      if (known.has(name)) break;
      known.add(name);
      characters += name.length;
      if (characters > maxPathCharacters) return `its paths and folders are over ${maxPathCharacters} characters`;
      const twin = folded.get(foldPath(name));
      if (twin !== undefined) return `"${twin}" and "${name}" are the same file on some file systems`;
      folded.set(foldPath(name), name);
    }
  }
  return null;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Every folder above one of the paths, each once. */
export function* foldersAbove(paths: Iterable<string>): Generator<string> {
  const known = new Set<string>();
  for (const path of paths) {
    for (let folder = parentOf(path); folder !== '' && !known.has(folder); folder = parentOf(folder)) {
      known.add(folder);
      yield folder;
    }
  }
}

/** Nearest first. */
export function ancestorsOf(path: string): readonly string[] {
  const ancestors: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    ancestors.push(path.slice(0, end));
  return ancestors;
}
