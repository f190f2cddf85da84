import { describeUnreadable, isJsonObject, parseJsonc } from '@larder/core';
import type { GraphContext, JsonObject, JsonValue, Problem, SourceLocation, WorkspacePath } from '@larder/core';

export type ManifestPath = readonly (string | number)[];

/** What manifests are read from. */
export type TextSource = Pick<GraphContext, 'readText'>;

/**
 * A JSON file whose values are asked for by path and kind. A value of another kind is reported with
 * its place and counts as absent, so that one file gives all its problems at once.
 */
export class ManifestFile {
  readonly file: WorkspacePath;
  readonly root: JsonObject;
  readonly locate: (path: ManifestPath) => SourceLocation | null;
  readonly #problems: Problem[];

  constructor(file: WorkspacePath, text: string, problems: Problem[]) {
    const parsed = parseJsonc(text, file);
    this.file = file;
    this.locate = parsed.locate;
    this.#problems = problems;
    problems.push(...parsed.problems);
    this.root = isJsonObject(parsed.value) ? parsed.value : {};
    if (parsed.problems.length === 0 && !isJsonObject(parsed.value)) this.#report([], parsed.value, 'an object');
  }

  text(path: ManifestPath): string | null {
    const value = this.#find(path);
    if (value === undefined || typeof value === 'string') return value ?? null;
    this.#report(path, value, 'a string');
    return null;
  }

  texts(path: ManifestPath): readonly string[] {
    const value = this.#find(path);
    if (value === undefined) return [];
    if (!Array.isArray(value)) this.#report(path, value, 'an array of strings');
    return Array.isArray(value) ? value.filter((item, index) => this.#isText(item, path, index)) : [];
  }

  object(path: ManifestPath): JsonObject {
    const value = this.#find(path);
    if (value === undefined || isJsonObject(value)) return value ?? {};
    this.#report(path, value, 'an object');
    return {};
  }

  /** The entries of an object whose values are strings; others are reported. */
  textEntries(path: ManifestPath): readonly (readonly [string, string])[] {
    const entries = Object.entries(this.object(path));
    return entries.filter((entry): entry is [string, string] => this.#isText(entry[1], path, entry[0]));
  }

  /** The entries of an object whose values are objects; others are reported. */
  objectEntries(path: ManifestPath): readonly (readonly [string, JsonObject])[] {
    return Object.keys(this.object(path)).map((key) => [key, this.object([...path, key])] as const);
  }

  has(path: ManifestPath): boolean {
    return this.#find(path) !== undefined;
  }

  isArray(path: ManifestPath): boolean {
    return Array.isArray(this.#find(path));
  }

  #isText(value: unknown, path: ManifestPath, step: string | number): value is string {
    if (typeof value !== 'string') this.#report([...path, step], value, 'a string');
    return typeof value === 'string';
  }

  #find(path: ManifestPath): JsonValue | undefined {
    let value: JsonValue | undefined = this.root;
    for (const step of path) {
      if (!isJsonObject(value) || !Object.hasOwn(value, step)) return undefined;
      value = value[step];
    }
    // Managers and tools write null for "nothing here".
    return value ?? undefined;
  }

  #report(path: ManifestPath, found: unknown, allowed: string): void {
    const location = this.locate(path);
    this.#problems.push({
      code: 'invalid-value',
      severity: 'error',
      file: this.file,
      path: path.join('.'),
      found: describeFound(found),
      allowed,
      ...(location === null ? {} : { location }),
    });
  }
}

/** Null where the file is not there or cannot be read; the latter is a problem. */
export function readManifest(source: TextSource, file: WorkspacePath, problems: Problem[]): ManifestFile | null {
  const text = readReporting(source, file, problems);
  return text === null ? null : new ManifestFile(file, text, problems);
}

/** The text of a file; a file that cannot be read is a problem and counts as absent. */
export function readReporting(source: TextSource, file: WorkspacePath, problems: Problem[]): string | null {
  try {
    return source.readText(file);
  } catch (error) {
    const detail = describeUnreadable(error);
    problems.push({ code: 'unreadable-file', severity: 'error', file, detail });
    return null;
  }
}

const maxShownLength = 60;

function describeFound(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength - 1)}…` : text;
}
