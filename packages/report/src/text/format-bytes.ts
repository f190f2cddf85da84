const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** For people, in powers of 1000: `0 B`, `999 B`, `1.2 kB`, `15 MB`. */
export function formatBytes(sizeBytes: number): string {
  let value = Number.isFinite(sizeBytes) ? Math.max(0, Math.round(sizeBytes)) : 0;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0);
  return `${digits} ${units[unit]}`;
}
