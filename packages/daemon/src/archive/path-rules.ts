import { ArchiveProblem } from './archive-problem.ts';

/**
 * The names that an archive may hold. Links are followed only where they stay below the root, and nothing may stand
 * below a link, so that a name's folder is where the name says that it is: without that, a link that goes up moves
 * the starting point of the next one.
 */
export class PathRules {
  readonly #links = new Set<string>();
  readonly #folders = new Set<string>();

  /** Throws `ArchiveProblem` where an entry of this name could reach outside the folder that it is unpacked to. */
  addEntry(name: string): void {
    for (const ancestor of ancestorsOf(checkName(name))) {
      if (this.#links.has(ancestor)) throw new ArchiveProblem(`${quote(name)} stands below a link`);
      this.#folders.add(ancestor);
    }
    if (this.#links.has(fold(checkName(name))))
      throw new ArchiveProblem(`${quote(name)} comes after a link of its name`);
  }

  addLink(name: string, target: string): void {
    this.addEntry(name);
    const path = checkName(name);
    if (this.#folders.has(fold(path))) throw new ArchiveProblem(`${quote(name)} is a link and a folder`);
    checkTarget(path, target);
    this.#links.add(fold(path));
  }
}

/** The name's segments, without `.` and a slash at the end. */
function checkName(name: string): readonly string[] {
  if (isAbsolute(name) || name.includes('\0')) throw new ArchiveProblem(`${quote(name)} is no relative path`);
  const segments = name.split(/[/\\]/).filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) throw new ArchiveProblem(`${quote(name)} goes up`);
  return segments;
}

/** `..` may stand only at the beginning, where it counts from a real folder. */
function checkTarget(path: readonly string[], target: string): void {
  if (target === '' || isAbsolute(target) || target.includes('\0')) {
    throw new ArchiveProblem(`the link ${quote(path.join('/'))} leads to ${quote(target)}`);
  }
  const segments = target.split(/[/\\]/).filter((segment) => segment !== '' && segment !== '.');
  const firstDown = segments.findIndex((segment) => segment !== '..');
  const goesUp = firstDown === -1 ? segments.length : firstDown;
  const stays = goesUp <= path.length - 1 && !segments.slice(goesUp).includes('..');
  if (!stays) throw new ArchiveProblem(`the link ${quote(path.join('/'))} leaves through ${quote(target)}`);
}

function* ancestorsOf(segments: readonly string[]): Generator<string> {
  for (let length = 1; length < segments.length; length += 1) yield fold(segments.slice(0, length));
}

/** Two names that some file system takes for one are one. */
function fold(segments: readonly string[]): string {
  return segments.join('/').normalize('NFC').toLowerCase();
}

function isAbsolute(path: string): boolean {
  return /^[/\\]|^[A-Za-z]:/.test(path);
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
