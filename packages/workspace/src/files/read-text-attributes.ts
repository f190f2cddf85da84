import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { WorkspacePath } from '@larder/core';

import { digest } from '../digest.ts';
import { errorCode, isMissing } from './file-error.ts';
import { findRepository } from './find-repository.ts';
import { compileTextAttributes } from './text-attributes.ts';
import type { AttributesFile, LineEndings } from './text-attributes.ts';

export interface TextAttributes {
  readonly of: (path: WorkspacePath) => LineEndings;
  /** Another text for other rules. */
  readonly key: string;
}

const fileName = '.gitattributes';

/** The rules for a workspace's files, also from the folders above it in its repository. Null where no file is text. */
export function readTextAttributes(rootAbsolute: string, paths: readonly WorkspacePath[]): TextAttributes | null {
  const inside = paths.filter(
    (path) => path.endsWith(fileName) && (path === fileName || path.endsWith(`/${fileName}`)),
  );
  const repository = findRepository(rootAbsolute);
  const prefix = repository?.prefix ?? '';
  const files: AttributesFile[] = inside.map((path) => ({
    folder: prefix + path.slice(0, -fileName.length),
    text: readIfPresent(join(rootAbsolute, path)),
  }));
  for (const folder of listFoldersAbove(prefix)) {
    const absolute = join(repository?.rootAbsolute ?? rootAbsolute, folder, fileName);
    files.push({ folder, text: readIfPresent(absolute) });
  }
  const compiled = compileTextAttributes(files);
  if (compiled === null) return null;
  return { of: (path) => compiled(prefix + path), key: digest(JSON.stringify(files)) };
}

/** From the repository's root down to, but not including, the workspace's; with trailing slashes. */
function listFoldersAbove(prefix: string): readonly string[] {
  const folders: string[] = [];
  for (let end = 0; end < prefix.length; end = prefix.indexOf('/', end) + 1) folders.push(prefix.slice(0, end));
  return folders;
}

const noFileCodes: ReadonlySet<string> = new Set(['EISDIR', 'ELOOP']);

function readIfPresent(absolute: string): string {
  try {
    return readFileSync(absolute, 'utf8');
  } catch (error) {
    // As git has it: attributes are read from files alone.
    if (isMissing(error) || noFileCodes.has(errorCode(error) ?? '')) return '';
    throw error;
  }
}
