const levels = '▁▂▃▄▅▆▇█';
const eighths = ' ▏▎▍▌▋▊▉█';

/** One character a value, from 0 to the largest; `''` of none. */
export function renderSparkline(values: readonly number[]): string {
  const most = Math.max(0, ...values);
  const pick = (value: number): string =>
    levels[most === 0 ? 0 : Math.round((Math.max(0, value) / most) * (levels.length - 1))] ?? '';
  return values.map(pick).join('');
}

/** A bar of at most so many columns, with eighths of them; `share` is between 0 and 1. */
export function renderBar(share: number, columns: number): string {
  const units = Math.round(Math.min(1, Math.max(0, share)) * columns * 8);
  const rest = units % 8 === 0 ? '' : (eighths[units % 8] ?? '');
  return '█'.repeat(units >> 3) + rest;
}
