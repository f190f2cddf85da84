/** RFC 9110, 14: only `bytes=<from>-`, all that a download which broke off asks for. */
const rangeSyntax = /^bytes=([0-9]{1,15})-$/;
const contentRangeSyntax = /^bytes ([0-9]{1,15})-([0-9]{1,15})\/([0-9]{1,15})$/;

export function formatRange(fromBytes: number): string {
  return `bytes=${fromBytes}-`;
}

/** Where the wanted part begins; null where there is no such header, or one that this server need not follow. */
export function parseRange(text: unknown): number | null {
  const [, from] = typeof text === 'string' ? (rangeSyntax.exec(text) ?? []) : [];
  return from === undefined ? null : Number(from);
}

export interface ContentRange {
  readonly fromBytes: number;
  /** Of the whole. */
  readonly sizeBytes: number;
}

export function formatContentRange({ fromBytes, sizeBytes }: ContentRange): string {
  return `bytes ${fromBytes}-${sizeBytes - 1}/${sizeBytes}`;
}

/** Null where it is none, or not that of a part that reaches to the end. */
export function parseContentRange(text: unknown): ContentRange | null {
  const [, from, last, size] = (typeof text === 'string' ? (contentRangeSyntax.exec(text) ?? []) : []).map(Number);
  if (from === undefined || last === undefined || size === undefined) return null;
  return from <= last && last === size - 1 ? { fromBytes: from, sizeBytes: size } : null;
}
