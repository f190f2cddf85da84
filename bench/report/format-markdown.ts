import type { Row } from './summarise.ts';

/** A table for each size, to be put into docs/benchmarks.md: scenarios by contenders, "wall / CPU" in milliseconds. */
export function formatMarkdown(rows: readonly Row[]): string {
  const sizes = [...new Set(rows.map(({ size }) => size))];
  return sizes
    .map((size) =>
      formatSize(
        size,
        rows.filter((row) => row.size === size),
      ),
    )
    .join('\n');
}

function formatSize(size: string, rows: readonly Row[]): string {
  const contenders = [...new Set(rows.map(({ contender }) => contender))];
  const scenarios = [...new Set(rows.map(({ scenario }) => scenario))];
  const lines = scenarios.map((scenario) => {
    const cells = contenders.map((contender) =>
      formatCell(rows.find((row) => row.scenario === scenario && row.contender === contender)),
    );
    return formatLine([`\`${scenario}\``, ...cells]);
  });
  const rule = formatLine(['---', ...contenders.map(() => '--:')]);
  return `${[formatLine([size, ...contenders]), rule, ...lines].join('\n')}\n`;
}

/** Empty where the contender takes no part, "-" where its row does not count. */
function formatCell(row: Row | undefined): string {
  if (row === undefined) return '';
  if (row.invalid !== null || row.rounds === 0) return '-';
  return Number.isNaN(row.cpuMs) ? row.wallMs.toFixed(0) : `${row.wallMs.toFixed(0)} / ${row.cpuMs.toFixed(0)}`;
}

function formatLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
