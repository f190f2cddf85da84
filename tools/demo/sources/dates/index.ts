const dayMs = 24 * 60 * 60 * 1000;

export function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * dayMs);
}

/** Year, month and day in UTC: 2026-03-01. */
export function formatDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
