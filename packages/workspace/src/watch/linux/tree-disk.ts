import { lstatSync, readdirSync, type Dirent, type Stats } from 'node:fs';
import { findForeignFileSystem } from './local-file-system.ts';

export type Listing =
  | { readonly kind: 'entries'; readonly entries: readonly Dirent[] }
  /** The folder is not there any more. */
  | { readonly kind: 'gone' }
  /** Nobody of this user may list it now. */
  | { readonly kind: 'unreadable' };

/** The folders and files below a root, by paths relative to it. Throws what is nobody's doing, such as a broken disk. */
export class TreeDisk {
  readonly #rootAbsolute: string;
  readonly #localDevices = new Set<number>();

  constructor(rootAbsolute: string) {
    this.#rootAbsolute = rootAbsolute;
  }

  absolute(path: string): string {
    return path === '' ? this.#rootAbsolute : `${this.#rootAbsolute}/${path}`;
  }

  /** What is at the path itself; links are not followed. Undefined where nothing is, or nobody may look. */
  look(path: string): Stats | undefined {
    try {
      return lstatSync(this.absolute(path), { throwIfNoEntry: false });
    } catch (error) {
      if (isMissing(error) || isForbidden(error) || codeOf(error) === 'ELOOP') return undefined;
      throw error;
    }
  }

  list(path: string): Listing {
    try {
      return { kind: 'entries', entries: readdirSync(this.absolute(path), { withFileTypes: true }) };
    } catch (error) {
      if (isMissing(error)) return { kind: 'gone' };
      if (isForbidden(error)) return { kind: 'unreadable' };
      throw error;
    }
  }

  /** Null where all changes on this device are seen, else how its file system calls itself. */
  findForeign(path: string, device: number): string | null {
    if (this.#localDevices.has(device)) return null;
    const kind = findForeignFileSystem(this.absolute(path));
    if (kind === null) this.#localDevices.add(device);
    return kind;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR';
}

function isForbidden(error: unknown): boolean {
  return codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM';
}
