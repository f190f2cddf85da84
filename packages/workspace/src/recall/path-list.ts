const separator = '\0';

/**
 * Paths in one text, separated by NUL. Thousands that are walked once need not be kept as thousands of strings, which
 * are 9 MB for 50,000 of them.
 */
export class PathList implements Iterable<string> {
  readonly text: string;
  readonly length: number;

  constructor(text: string, length: number) {
    this.text = text;
    this.length = length;
  }

  static of(paths: readonly string[]): PathList {
    return new PathList(paths.join(separator), paths.length);
  }

  *[Symbol.iterator](): Generator<string, undefined> {
    let start = 0;
    for (let index = 0; index < this.length; index += 1) {
      const end = this.#endOf(start);
      yield this.text.slice(start, end);
      start = end + 1;
    }
  }

  /** Those that lie in a folder, at any depth, found without a look at each; `''` is all of them. */
  below(folder: string): ReadonlySet<string> {
    if (folder === '') return new Set(this);
    const prefix = `${folder}/`;
    const found = new Set<string>();
    if (this.text.startsWith(prefix)) found.add(this.text.slice(0, this.#endOf(0)));
    for (let at = this.#nextOf(prefix, 0); at !== -1; at = this.#nextOf(prefix, at + 1)) {
      found.add(this.text.slice(at + 1, this.#endOf(at + 1)));
    }
    return found;
  }

  #nextOf(prefix: string, from: number): number {
    return this.text.indexOf(`${separator}${prefix}`, from);
  }

  #endOf(start: number): number {
    const end = this.text.indexOf(separator, start);
    return end === -1 ? this.text.length : end;
  }
}
