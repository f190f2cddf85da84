import { isJsonObject, type JsonObject, type JsonValue } from '@larder/core';
import { adoptEntry } from './adopt-entry.ts';
import { isEdited, readNote } from './adoption-note.ts';
import { isAdoptable, planAdoption } from './find-adoptions.ts';
import { valueAt } from './json-text.ts';
import type { AdoptWishes } from './read-wishes.ts';
import { undoEntry } from './undo-entry.ts';

export interface ProjectToRewrite {
  readonly name: string;
  /** Of Nx's project graph. */
  readonly data: { readonly root: string; readonly targets?: object };
  readonly defaults: unknown;
  /** Null where there is no such file. */
  readonly read: (file: string) => string | null;
}

export interface RewrittenFile {
  readonly file: string;
  readonly text: string;
  readonly changed: number;
  /** Tasks that could not be adopted as they are, or in a way that can be undone, and why. */
  readonly left: readonly string[];
  /** Tasks given back whose entries somebody has edited since. */
  readonly edited: readonly string[];
}

/** The files of a project with its targets adopted, or as they were; only those that differ, or where something was left. */
export function rewriteProject(project: ProjectToRewrite, wishes: AdoptWishes): readonly RewrittenFile[] {
  return wishes.undo ? undoProject(project, wishes) : adoptProject(project, wishes);
}

/** The files of a project that may say what its targets are; the first one wins over the second. */
function filesOf(root: string): readonly { readonly file: string; readonly path: readonly string[] }[] {
  const prefix = root === '.' || root === '' ? '' : `${root}/`;
  return [
    { file: `${prefix}project.json`, path: ['targets'] },
    { file: `${prefix}package.json`, path: ['nx', 'targets'] },
  ];
}

function adoptProject({ name, data, defaults, read }: ProjectToRewrite, wishes: AdoptWishes): readonly RewrittenFile[] {
  const results = new Map<string, { text: string; changed: number; left: string[] }>();
  const textOf = (file: string): string | null => results.get(file)?.text ?? read(file);
  for (const [target, resolved] of Object.entries((data.targets ?? {}) as Readonly<Record<string, JsonObject>>)) {
    if (!isAdoptable(resolved) || !wishes.hasTarget(target)) continue;
    const place = findPlace(filesOf(data.root), target, textOf);
    if (place === null) continue;
    const { file, text, path } = place;
    const isScript = resolved['executor'] === 'nx:run-script';
    const facts = {
      name: target,
      resolved,
      entry: valueAt(text, path),
      defaults: defaults as JsonValue,
      path,
      isScript,
    };
    const plan = planAdoption(facts);
    const adopted = plan === null ? null : adoptEntry(text, plan);
    const result = results.get(file) ?? { text, changed: 0, left: [] };
    const why = plan === null ? 'other targetDefaults would hold for it' : 'that could not be undone exactly';
    if (adopted === null) result.left.push(`${name}:${target} in ${file}, since ${why}`);
    else Object.assign(result, { text: adopted, changed: result.changed + 1 });
    results.set(file, result);
  }
  return [...results].map(([file, result]) => ({ file, ...result, edited: [] }));
}

interface EntryPlace {
  readonly file: string;
  readonly text: string;
  readonly path: readonly string[];
}

/** Where the target's entry stands; else where it is to stand: in the first file that there is. */
function findPlace(
  files: ReturnType<typeof filesOf>,
  target: string,
  textOf: (file: string) => string | null,
): EntryPlace | null {
  const places = files.flatMap(({ file, path }): readonly EntryPlace[] => {
    const text = textOf(file);
    return text === null ? [] : [{ file, text, path: [...path, target] }];
  });
  return places.find(({ text, path }) => isJsonObject(valueAt(text, path))) ?? places[0] ?? null;
}

function undoProject({ name: project, data, read }: ProjectToRewrite, wishes: AdoptWishes): readonly RewrittenFile[] {
  return filesOf(data.root).flatMap(({ file, path }) => {
    const before = read(file);
    if (before === null) return [];
    const targets = valueAt(before, path);
    if (!isJsonObject(targets)) return [];
    const adopted = Object.keys(targets).filter((name) => readNote(targets[name]) !== null && wishes.hasTarget(name));
    // The last one that was added goes first: what was made for all of them goes with the last.
    const text = adopted.toReversed().reduce((now, name) => undoEntry(now, [...path, name]) ?? now, before);
    const edited = adopted.filter((name) => isEdited(targets[name], readNote(targets[name])!));
    const names = edited.map((name) => `${project}:${name} in ${file}`);
    return text === before ? [] : [{ file, text, changed: adopted.length, left: [], edited: names }];
  });
}
