export interface Extent {
  readonly width: number;
  readonly height: number;
}

/** A whole SVG file that reads well on light and on dark pages. */
export function svg({ width, height }: Extent, parts: readonly string[]): string {
  const box = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${box}><style>${style}</style>
<rect class="page" width="${width}" height="${height}"/>
${parts.join('\n')}
</svg>
`;
}

const style = [
  'text{font:12px system-ui,sans-serif;fill:#222}',
  '.title{font-size:14px;font-weight:600}.heading{font-weight:600}',
  'line,polyline{stroke:#222;fill:none}.grid{stroke:#ddd}.page{fill:#fff}',
  '.own{fill:#2f6f4f}.peer{fill:#8fa3b8}.floor{fill:#d9c48f}',
].join('');

export function text(x: number, y: number, content: string, kind = ''): string {
  return `<text class="${kind}" x="${x.toFixed(1)}" y="${y.toFixed(1)}">${escapeText(content)}</text>`;
}

export function escapeText(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
