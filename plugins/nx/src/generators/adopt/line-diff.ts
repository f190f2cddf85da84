const contextLines = 3;

interface Line {
  readonly kind: ' ' | '-' | '+';
  readonly text: string;
}

/** The differences between two texts as `diff -u` shows them; empty where there are none. */
export function renderLineDiff(file: string, before: string, after: string): string {
  const lines = compareLines(before.split('\n'), after.split('\n'));
  const isShown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - contextLines), index + contextLines + 1).some(({ kind }) => kind !== ' '),
  );
  if (!isShown.includes(true)) return '';
  const shown = lines.flatMap(({ kind, text }, index) => {
    if (isShown[index] !== true) return [];
    return isShown[index - 1] === true ? [`${kind}${text}`] : ['@@', `${kind}${text}`];
  });
  return [`--- ${file}`, `+++ ${file}`, ...shown, ''].join('\n');
}

/** What is the same at both ends is set aside first: what is left is short, and may be compared each with each. */
function compareLines(before: readonly string[], after: readonly string[]): readonly Line[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const shorter = Math.min(before.length, after.length) - head;
  while (tail < shorter && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const same = (lines: readonly string[]): readonly Line[] => lines.map((text) => ({ kind: ' ', text }));
  const middle = compareEach(before.slice(head, before.length - tail), after.slice(head, after.length - tail));
  return [...same(before.slice(0, head)), ...middle, ...same(before.slice(before.length - tail))];
}

function compareEach(before: readonly string[], after: readonly string[]): readonly Line[] {
  // common[i][j]: how many lines the rests from i and j on have in common, in order.
  const common = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      common[i]![j] =
        before[i] === after[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      lines.push({ kind: ' ', text: before[i]! });
      [i, j] = [i + 1, j + 1];
    } else if (j === after.length || (i < before.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push({ kind: '-', text: before[i]! });
      i += 1;
    } else {
      lines.push({ kind: '+', text: after[j]! });
      j += 1;
    }
  }
  return lines;
}
