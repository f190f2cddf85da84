const syntax = /^(\d{1,6})([smhdw])$/;

const factors: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of `90s`, `45m`, `12h`, `30d` or `2w`; null for any other text, and for no time at all. */
export function parseDuration(text: string): number | null {
  const [, amount, unit] = syntax.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return null;
  const milliseconds = Number(amount) * (factors[unit] ?? 1);
  return milliseconds > 0 ? milliseconds : null;
}
