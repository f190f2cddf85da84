/** For a name that nobody else has at the same time. Loads nothing, as the global `crypto` would for 5 ms. */
export function uniqueName(): string {
  const chance = [Math.random(), Math.random()].map((number) => number.toString(36).slice(2));
  return `${process.pid}-${chance.join('')}`;
}
