/** Sizes in terminal cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** An output of no rows is not shown. */
export interface Layout {
  readonly headerRows: number;
  readonly body: Size;
  readonly direction: 'beside' | 'below';
  readonly list: Size;
  /** One or two. */
  readonly outputs: readonly Size[];
  readonly outputDirection: 'beside' | 'below';
}

export const dividerColumns = 3;
const footerRows = 1;
const besideFrom = 120;
const belowFrom = 80;
/** A list wider than this would only move times away from names. */
const maxListColumns = 64;
const minOutputColumns = 60;

/**
 * Outputs beside the list where the terminal is wide, below it where it is not, and none where it is
 * small: then the list or, where it has the focus, one output has the whole place.
 */
export function chooseLayout(screen: Size, options: { readonly outputs: number; readonly focus: number }): Layout {
  const headerRows = chooseHeaderRows(screen.rows);
  const body: Size = { columns: screen.columns, rows: Math.max(1, screen.rows - headerRows - footerRows) };
  const base = { headerRows, body };
  if (screen.columns >= besideFrom && body.rows >= 4) return { ...base, ...besideList(body, options.outputs) };
  if (screen.columns < belowFrom || body.rows < 8) return { ...base, ...eitherOr(body, options.focus) };
  const listRows = Math.max(4, Math.floor(body.rows * 0.45));
  const rest: Size = { columns: body.columns, rows: body.rows - listRows };
  return {
    ...base,
    direction: 'below',
    list: { columns: body.columns, rows: listRows },
    outputs: options.outputs === 2 ? splitColumns(rest) : [rest],
    outputDirection: 'beside',
  };
}

function chooseHeaderRows(rows: number): number {
  if (rows >= 12) return 4;
  return rows >= 6 ? 2 : rows >= 3 ? 1 : 0;
}

function besideList(body: Size, outputs: number): Omit<Layout, 'headerRows' | 'body'> {
  const columns = Math.min(maxListColumns, Math.floor(body.columns * 0.4));
  const rest: Size = { columns: body.columns - columns - dividerColumns, rows: body.rows };
  const beside = rest.columns >= 2 * minOutputColumns + dividerColumns;
  return {
    direction: 'beside',
    list: { columns, rows: body.rows },
    outputs: outputs < 2 ? [rest] : beside ? splitColumns(rest) : splitRows(rest),
    outputDirection: beside ? 'beside' : 'below',
  };
}

function eitherOr(body: Size, focus: number): Omit<Layout, 'headerRows' | 'body'> {
  const none: Size = { columns: body.columns, rows: 0 };
  const places = focus === 0 ? { list: body, outputs: [none] } : { list: none, outputs: placeFocused(body, focus) };
  return { direction: 'below', ...places, outputDirection: 'below' };
}

function placeFocused(body: Size, focus: number): readonly Size[] {
  return focus === 2 ? [{ ...body, rows: 0 }, body] : [body];
}

function splitColumns({ columns, rows }: Size): readonly Size[] {
  const left = Math.floor((columns - dividerColumns) / 2);
  return [
    { columns: left, rows },
    { columns: columns - dividerColumns - left, rows },
  ];
}

function splitRows({ columns, rows }: Size): readonly Size[] {
  const upper = Math.floor(rows / 2);
  return [
    { columns, rows: upper },
    { columns, rows: rows - upper },
  ];
}
