import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { asWorkspacePath, compareCodeUnits, type WorkspacePath } from '@larder/core';
import picomatch from 'picomatch';

export interface IgnoredFilesRequest {
  /** Patterns, relative to the workspace. One without a wildcard stands for a file, or a folder with its contents. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Whether a file is one that git does not ignore. */
  readonly isListed: (path: WorkspacePath) => boolean;
  readonly signal: AbortSignal;
  /** Told of every file and folder that was looked at, there or not. */
  readonly sawPath: (path: string) => void;
}

/** Nobody means these by a wildcard; they are read only where a pattern names them. */
const deepFolders = ['node_modules', '.git', '.larder', '.turbo'];
/** A pattern that matches more than that is taken for a mistake rather than read for minutes. */
const maxFiles = 10_000;

/** One line for each file, sorted by path: path, kind and SHA-256. Throws beyond 10,000 files. */
export async function readIgnoredFiles(rootAbsolute: string, request: IgnoredFilesRequest): Promise<string> {
  const found = new Set<WorkspacePath>();
  for (const pattern of request.include) {
    for (const path of await findMatches(rootAbsolute, pattern, request)) found.add(path);
    if (found.size > maxFiles)
      throw new Error(`More than ${maxFiles} ignored files match ${request.include.join(', ')}`);
  }
  const paths = [...found].sort(compareCodeUnits);
  const lines: string[] = [];
  for (const path of paths) {
    request.sawPath(path);
    const facts = await describe(join(rootAbsolute, path));
    if (facts !== null) lines.push(`${JSON.stringify(path)} ${facts}`);
  }
  return lines.join('\n');
}

async function findMatches(
  rootAbsolute: string,
  pattern: string,
  { exclude, isListed, signal, sawPath }: IgnoredFilesRequest,
): Promise<readonly WorkspacePath[]> {
  const { base } = picomatch.scan(pattern);
  const isMatch = picomatch([pattern, ...(base === pattern ? [`${pattern}/**`] : [])], {
    dot: true,
    ignore: [...exclude],
  });
  const skipped = new Set(deepFolders.filter((name) => !pattern.split('/').includes(name)));
  const levels = pattern.includes('**') || base === pattern ? Infinity : pattern.split('/').length;
  const found: WorkspacePath[] = [];
  const folders = [base];
  const take = (name: string): void => {
    const path = asWorkspacePath(name);
    if (isMatch(path) && !isListed(path)) found.push(path);
  };
  for (const folder of folders) {
    signal.throwIfAborted();
    sawPath(folder);
    const entries = await list(join(rootAbsolute, folder));
    if (entries !== null && entries.length > 0) await tellTarget(join(rootAbsolute, folder), sawPath);
    if (entries === null) take(folder);
    for (const entry of entries ?? []) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (!entry.isDirectory()) take(path);
      else if (!skipped.has(entry.name) && path.split('/').length < levels) folders.push(path);
    }
    if (found.length > maxFiles) break;
  }
  return found;
}

/** Null for a file; nothing where there is nothing. Links are not followed: they count as what they are. */
async function list(absolute: string) {
  try {
    return await readdir(absolute, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return null;
    if (code === 'ENOENT') return [];
    throw error;
  }
}

/** The folder that the first pattern begins in may be a link: whoever looks at the link does not see what is added. */
async function tellTarget(absolute: string, sawPath: (path: string) => void): Promise<void> {
  const facts = await lstat(absolute);
  if (facts.isSymbolicLink()) sawPath(await realpath(absolute));
}

/** Null where there is no such file, or not any more. */
async function describe(absolute: string): Promise<string | null> {
  const facts = await lstat(absolute).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (facts === null || facts.isDirectory()) return null;
  const content = facts.isSymbolicLink() ? await readlink(absolute) : await readFile(absolute);
  const kind = facts.isSymbolicLink() ? 'symlink' : (facts.mode & 0o111) === 0 ? 'file' : 'executable';
  return `${kind} ${createHash('sha256').update(content).digest('hex')}`;
}
