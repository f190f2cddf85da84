import { compareCodeUnits } from '../ids.ts';

const maxSuggestions = 3;
const maxLength = 100;

/**
 * Names that a person may have meant: at most three, nearest first. Near are names that differ by few
 * edits, with or without their scope, and names that hold the wanted one as a word (`ui` in `@acme/ui`).
 */
export function findNearNames(wanted: string, names: Iterable<string>): readonly string[] {
  const target = wanted.toLowerCase().slice(0, maxLength);
  const limit = target.length <= 2 ? 1 : target.length <= 5 ? 2 : 3;
  const scored: { readonly name: string; readonly score: number }[] = [];
  for (const name of new Set(names)) {
    const score = scoreName(target, name.toLowerCase().slice(0, maxLength), limit);
    if (score <= limit) scored.push({ name, score });
  }
  scored.sort((a, b) => a.score - b.score || compareCodeUnits(a.name, b.name));
  // Where the word itself is somebody's name, it was not mistyped: what only looks like it is not meant.
  const isWord = scored.some(({ score }) => score === 0);
  const meant = isWord ? scored.filter(({ name }) => holdsWord(name.toLowerCase(), target)) : scored;
  return meant.slice(0, maxSuggestions).map(({ name }) => name);
}

function scoreName(target: string, name: string, limit: number): number {
  const distance = Math.min(measureDistance(target, name, limit), measureUnscoped(target, name, limit));
  return distance > 1 && holdsWord(name, target) ? 1 : distance;
}

/** People leave the scope out: `alph` means `@acme/alpha`. */
function measureUnscoped(target: string, name: string, limit: number): number {
  const unscoped = /^@[^/]+\/(.+)$/.exec(name)?.[1];
  return unscoped === undefined || target.startsWith('@') ? limit + 1 : measureDistance(target, unscoped, limit);
}

function holdsWord(name: string, word: string): boolean {
  const start = name.indexOf(word);
  if (word === '' || start === -1) return false;
  return !isWordCharacter(name[start - 1]) && !isWordCharacter(name[start + word.length]);
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[a-z0-9]/.test(character);
}

/**
 * Edits (insert, delete, replace, swap of neighbours) that turn one text into the other; `limit + 1`
 * where there are more than `limit`. Only the diagonal band of that width is computed.
 */
function measureDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = new Array<number>(b.length + 1).fill(limit + 1);
    current[0] = row;
    const last = Math.min(b.length, row + limit);
    for (let column = Math.max(1, row - limit); column <= last; column++) {
      const same = a[row - 1] === b[column - 1];
      let edits = Math.min(
        at(previous, column - 1) + (same ? 0 : 1),
        at(previous, column) + 1,
        at(current, column - 1) + 1,
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) edits = Math.min(edits, at(before, column - 2) + 1);
      current[column] = edits;
    }
    before = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
