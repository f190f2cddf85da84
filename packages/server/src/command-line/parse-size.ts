const syntax = /^(\d+(?:\.\d+)?) ?([kmgt]i?)?b?$/i;

const factors: Readonly<Record<string, number>> = {
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/** Whole bytes of `10GB`, `512MiB`, `1.5gb` or `1000`; null for any other text, and for nothing at all. */
export function parseSize(text: string): number | null {
  const [, amount, unit] = syntax.exec(text) ?? [];
  if (amount === undefined) return null;
  const bytes = Math.round(Number(amount) * (unit === undefined ? 1 : (factors[unit.toLowerCase()] ?? 1)));
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : null;
}
