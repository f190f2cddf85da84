/** Sizes in terminal cells. An output of height 0 is not shown. */
export interface Layout {
  readonly direction: 'beside' | 'below';
  readonly list: Size;
  readonly output: Size;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export const headerRows = 4;
const footerRows = 1;
const besideFrom = 120;
const belowFrom = 80;
const dividerColumns = 3;

/**
 * Output beside the list where the terminal is wide, below it where it is not, and none where it is
 * narrow: then a pinned task's output takes the place of the list.
 */
export function chooseLayout(screen: Size, hasPinned: boolean): Layout {
  const rows = Math.max(1, screen.rows - headerRows - footerRows);
  const none: Size = { columns: screen.columns, rows: 0 };
  if (screen.columns >= besideFrom) {
    const columns = Math.floor(screen.columns * 0.4);
    const output = { columns: screen.columns - columns - dividerColumns, rows };
    return { direction: 'beside', list: { columns, rows }, output };
  }
  if (screen.columns < belowFrom || rows < 8) {
    const whole: Size = { columns: screen.columns, rows };
    return hasPinned
      ? { direction: 'below', list: none, output: whole }
      : { direction: 'below', list: whole, output: none };
  }
  const listRows = Math.max(4, Math.floor(rows * 0.45));
  return {
    direction: 'below',
    list: { columns: screen.columns, rows: listRows },
    output: { columns: screen.columns, rows: rows - listRows },
  };
}
