import { existsSync, readFileSync } from 'node:fs';

import { asWorkspacePath } from '@larder/core';

import { isMissing } from '../files/file-error.ts';
import { readManifest } from './manifest-file.ts';
import { givenPatterns, readMemberPatterns } from './member-patterns.ts';

/** Whether a project may be in a folder or below it. A folder's path ends with a slash. */
export type MayHoldProjects = (folder: string) => boolean;

/** Says where projects can be, before anything is listed. Null where they can be anywhere. */
export async function findMemberFolders(rootAbsolute: string): Promise<MayHoldProjects | null> {
  const patterns = await findMemberPatterns(rootAbsolute);
  return patterns === null ? null : compileMemberFolders(patterns);
}

/**
 * What the package manager's workspaces declare, where only their members are projects. Null where projects can be
 * anywhere: with an `nx.json`, and where no workspaces are declared.
 */
export async function findMemberPatterns(rootAbsolute: string): Promise<readonly string[] | null> {
  if (existsSync(`${rootAbsolute}/nx.json`)) return null;
  const source = { readText: (path: string) => readIfPresent(`${rootAbsolute}/${path}`) };
  // What is wrong is told when the projects are read.
  const manifest = readManifest(source, asWorkspacePath('package.json'), []);
  const patterns = await readMemberPatterns(source, manifest, []);
  return patterns.length === 0 ? null : patterns;
}

/** True too often costs a look at a folder, never a project. */
function compileMemberFolders(patterns: readonly string[]): MayHoldProjects {
  const shapes = givenPatterns(patterns).map((pattern) => pattern.split('/').slice(0, -1).map(toStep));
  return (folder) => shapes.some((steps) => leadsTo(steps, folder));
}

/** What a pattern says of one name on the way: this one, any, or nothing that ends here (`**`, braces with slashes). */
type Step = { readonly kind: 'name'; readonly name: string } | { readonly kind: 'any' | 'open' };

function toStep(text: string): Step {
  if (/^[\w@.+ -]*$/.test(text)) return { kind: 'name', name: text };
  const isOneName = !text.includes('**') && !text.includes('\\') && isBalanced(text);
  return { kind: isOneName ? 'any' : 'open' };
}

/** Otherwise a group goes on behind the slash. */
function isBalanced(text: string): boolean {
  const count = (character: string): number => text.split(character).length;
  return count('{') === count('}') && count('(') === count(')') && count('[') === count(']');
}

function leadsTo(steps: readonly Step[], folder: string): boolean {
  let start = 0;
  for (const step of steps) {
    // The folders above a member are looked into.
    if (start === folder.length || step.kind === 'open') return true;
    const end = folder.indexOf('/', start);
    if (step.kind === 'name' && step.name !== folder.slice(start, end)) return false;
    start = end + 1;
  }
  return start === folder.length;
}

function readIfPresent(absolute: string): string | null {
  try {
    return readFileSync(absolute, 'utf8');
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
