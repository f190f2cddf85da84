import type { Paint } from './paint.ts';

/** Lines around a change that are shown with it. */
const contextLines = 2;
/** More cells than this are not compared: everything between the first and the last change counts as changed. */
const maxCells = 4_000_000;

type Line = { readonly kind: ' ' | '-' | '+'; readonly text: string };

/** What turns `before` into `after`, line by line, as `diff -u` shows it; empty where nothing does. */
export function renderDiff(
  file: string,
  { before, after }: { readonly before: string | null; readonly after: string },
  paint: Paint,
): string {
  const lines = compare(before === null ? [] : toLines(before), toLines(after));
  const shown = lines.map((_, at) =>
    lines.slice(Math.max(0, at - contextLines), at + contextLines + 1).some(({ kind }) => kind !== ' '),
  );
  if (!shown.includes(true)) return '';
  const head = [paint('bold', `--- ${before === null ? '/dev/null' : file}`), paint('bold', `+++ ${file}`)];
  return `${[...head, ...renderHunks(lines, shown, paint)].join('\n')}\n`;
}

function renderHunks(lines: readonly Line[], shown: readonly boolean[], paint: Paint): readonly string[] {
  const rendered: string[] = [];
  let [oldLine, newLine] = [1, 1];
  for (const [at, { kind, text }] of lines.entries()) {
    if (shown[at] === true && shown[at - 1] !== true) {
      const end = shown.indexOf(false, at);
      const hunk = lines.slice(at, end === -1 ? lines.length : end);
      const [removed, added] = [hunk.filter((line) => line.kind !== '+'), hunk.filter((line) => line.kind !== '-')];
      rendered.push(paint('cyan', `@@ -${rangeOf(oldLine, removed.length)} +${rangeOf(newLine, added.length)} @@`));
    }
    if (shown[at] === true) rendered.push(paintLine({ kind, text }, paint));
    if (kind !== '+') oldLine += 1;
    if (kind !== '-') newLine += 1;
  }
  return rendered;
}

function rangeOf(line: number, count: number): string {
  return `${count === 0 ? line - 1 : line},${count}`;
}

function paintLine({ kind, text }: Line, paint: Paint): string {
  if (kind === ' ') return `${kind}${text}`;
  return paint(kind === '+' ? 'green' : 'red', `${kind}${text}`);
}

/** A line end at the end of the text ends its last line, and begins none. */
function toLines(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** The longest common subsequence stays, between the equal lines at both ends. */
function compare(before: readonly string[], after: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const keep = (text: string): Line => ({ kind: ' ', text });
  return [
    ...before.slice(0, start).map(keep),
    ...compareMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(keep),
  ];
}

function compareMiddle(before: readonly string[], after: readonly string[]): readonly Line[] {
  const lengths = before.length * after.length > maxCells ? null : commonLengths(before, after);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const isSame = lengths !== null && i < before.length && j < after.length && before[i] === after[j];
    const goesFirst = j >= after.length || lengths === null || (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0);
    if (isSame) {
      lines.push({ kind: ' ', text: before[i++]! });
      j += 1;
    } else if (i < before.length && goesFirst) lines.push({ kind: '-', text: before[i++]! });
    else lines.push({ kind: '+', text: after[j++]! });
  }
  return lines;
}

/** `[i][j]`: how many lines `before` from i and `after` from j have in common, in order. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint32Array[] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const isSame = before[i] === after[j];
      lengths[i]![j] = isSame ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  return lengths;
}
