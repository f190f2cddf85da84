import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/**
 * Adds a path below a folder to `info/exclude` of its repository, once: what is ignored in this clone alone. Does nothing
 * outside of a repository. Source: gitignore(5), gitrepository-layout(5).
 */
export function excludeFromGit(folderAbsolute: string, path: string): void {
  const repository = findRepository(folderAbsolute);
  if (repository === null) return;
  const below = relative(repository, folderAbsolute).split(sep).join('/');
  const line = `/${escapePattern(below === '' ? path : `${below}/${path}`)}`;
  const file = join(findCommonFolder(repository), 'info', 'exclude');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (text.split(/\r?\n/).includes(line)) return;
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`);
}

function findRepository(folderAbsolute: string): string | null {
  for (let folder = folderAbsolute; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return null;
  }
}

/** In a worktree `.git` is a file that leads to a folder, which leads to the one that all worktrees share. */
function findCommonFolder(repository: string): string {
  const entry = join(repository, '.git');
  if (statSync(entry).isDirectory()) return entry;
  const [, target = ''] = /^gitdir: (.*)$/m.exec(readFileSync(entry, 'utf8')) ?? [];
  const own = resolve(repository, target);
  const common = join(own, 'commondir');
  return existsSync(common) ? resolve(own, readFileSync(common, 'utf8').trim()) : own;
}

function escapePattern(path: string): string {
  return path.replace(/[\\*?[]/g, '\\$&');
}
