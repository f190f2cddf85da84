import { displayWidth, padToWidth, truncateToWidth, type Paint } from '@larder/report';
import { keySections, keyTable, type KeySection } from '../keys/key-table.ts';
import type { Look } from './look.ts';

const labelColumns = 10;
const besideFrom = 78;
const maxColumnWidth = 50;
const gap = 2;

/** All keys by section: in two columns where the terminal is wide enough, and as far as it is high. */
export function drawHelp({ size, paint }: Look): readonly string[] {
  const sections = keySections.map((section) => drawSection(section, paint));
  const lines = size.columns >= besideFrom ? drawBeside(sections, size.columns) : sections.flat();
  return lines.slice(0, size.rows).map((line) => truncateToWidth(line, size.columns));
}

function drawSection(section: KeySection, paint: Paint): readonly string[] {
  const keys = keyTable.filter((line) => line.section === section);
  return [
    paint('bold', section),
    ...keys.map(({ label, text }) => `  ${paint('cyan', padToWidth(label, labelColumns))} ${text}`),
  ];
}

function drawBeside(sections: readonly (readonly string[])[], columns: number): readonly string[] {
  const width = Math.min(maxColumnWidth, Math.floor((columns - gap) / 2));
  const [tasks = [], output = [], views = [], run = []] = sections;
  const left = [...tasks, '', ...views];
  const right = [...output, '', ...run];
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => {
    const text = truncateToWidth(left[row] ?? '', width);
    return `${text}${' '.repeat(width - displayWidth(text) + gap)}${right[row] ?? ''}`;
  });
}
