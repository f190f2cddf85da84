import { cleanOutputLine, truncateToWidth, type RunView } from '@larder/report';
import type { UiState } from '../state/ui-state.ts';
import type { Look } from './look.ts';
import { countRows, maxRowsPerLine } from './wrap-line.ts';

/**
 * A task's output as it would stand in a plain terminal: no frames, no padding, long lines wrapped by
 * the terminal itself, so that a selection copies what the task wrote. One line below says where one is.
 */
export function drawCopy(view: RunView, state: UiState, { size, color, paint }: Look): readonly string[] {
  if (state.copy === null) return [];
  const { task, endLine } = state.copy;
  const output = view.tasks.get(task)?.output ?? null;
  const hint = paint('dim', truncateToWidth(`-- ${task}  ↑↓ PgUp PgDn scroll  c back`, Math.max(0, size.columns - 1)));
  if (output === null) return [hint];
  const lines: string[] = [];
  let rows = 1;
  for (const line of output.slice(endLine - size.rows + 1, endLine).toReversed()) {
    // Of a line that would fill several screens only the beginning is shown.
    const cleaned = truncateToWidth(
      cleanOutputLine(line, color),
      size.columns * Math.min(maxRowsPerLine, size.rows - 1),
    );
    rows += countRows(cleaned.replaceAll('\t', '        '), size.columns);
    if (rows > size.rows) break;
    lines.unshift(cleaned);
  }
  return [...lines, hint];
}
