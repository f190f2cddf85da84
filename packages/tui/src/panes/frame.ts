import type { Size } from './layout.ts';

/**
 * A screen as text. `panes`: a line for each row, none wider than the screen. `plain`: lines of any
 * width that the terminal itself wraps, together not more than the screen holds.
 */
export interface Frame {
  readonly kind: 'panes' | 'plain';
  readonly size: Size;
  readonly lines: readonly string[];
}

export function hasSameLines(a: Frame, b: Frame): boolean {
  return (
    a.kind === b.kind &&
    a.size.columns === b.size.columns &&
    a.size.rows === b.size.rows &&
    a.lines.length === b.lines.length &&
    a.lines.every((line, row) => line === b.lines[row])
  );
}
