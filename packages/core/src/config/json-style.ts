import type { JsonValue } from '../json.ts';

/** How a file of JSON is written. */
export interface JsonStyle {
  /** One step of indentation. */
  readonly unit: string;
  readonly lineEnd: string;
}

/** As the text has it; two spaces where nothing is indented. */
export function styleOf(text: string): JsonStyle {
  const unit = /(?:^|[\r\n])([ \t]+)["\]}/]/.exec(text)?.[1] ?? '  ';
  return { unit: unit.startsWith('\t') ? '\t' : unit, lineEnd: text.includes('\r\n') ? '\r\n' : '\n' };
}

/** Lists of plain values on one line, objects with a line for each property. */
export function formatJson(value: JsonValue, style: JsonStyle & { readonly indent: string }): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = style.indent + style.unit;
  if (Array.isArray(value)) return `[${value.map((each: JsonValue) => formatJson(each, style)).join(', ')}]`;
  const lines = Object.entries(value).map(
    ([key, each]) => `${inner}${JSON.stringify(key)}: ${formatJson(each, { ...style, indent: inner })}`,
  );
  if (lines.length === 0) return '{}';
  return `{${style.lineEnd}${lines.join(`,${style.lineEnd}`)}${style.lineEnd}${style.indent}}`;
}
