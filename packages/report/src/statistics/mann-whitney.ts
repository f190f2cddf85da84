/** Above this many values in all, or with ties, the normal approximation is used. */
const maxExact = 40;

/**
 * The two-sided Mann-Whitney U test: how likely two samples differ in order by at least this much where both come
 * from one distribution (Mann and Whitney, 1947). Exact by counting where there are no ties and at most 40 values;
 * else the normal approximation with corrections for ties and continuity. 1 where a sample is empty.
 */
export function mannWhitneyP(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return 1;
  const { rankSumOfA, tieTerm } = rank(a, b);
  const u = rankSumOfA - (a.length * (a.length + 1)) / 2;
  const size = a.length + b.length;
  return tieTerm === 0 && size <= maxExact
    ? exactP(u, a.length, b.length)
    : normalP(u, { n: a.length, m: b.length, tieTerm });
}

interface Ranks {
  readonly rankSumOfA: number;
  /** Sum of t³ - t over groups of t equal values. */
  readonly tieTerm: number;
}

function rank(a: readonly number[], b: readonly number[]): Ranks {
  const all = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))];
  all.sort((x, y) => x.value - y.value);
  let rankSumOfA = 0;
  let tieTerm = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end++;
    // Equal values share the mean of their ranks, which count from 1.
    const mean = (start + 1 + end) / 2;
    for (const { isA } of all.slice(start, end)) if (isA) rankSumOfA += mean;
    tieTerm += (end - start) ** 3 - (end - start);
    start = end;
  }
  return { rankSumOfA, tieTerm };
}

function exactP(u: number, n: number, m: number): number {
  const counts = countArrangements(n, m);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const tail = Math.min(u, n * m - u);
  const below = counts.slice(0, Math.floor(tail) + 1).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * below) / total);
}

/** How many of the orders of n and m values give each U: the coefficients of the Gaussian binomial. */
function countArrangements(n: number, m: number): readonly number[] {
  let counts = [1];
  for (let factor = 1; factor <= n; factor++) {
    counts = divide(multiply(counts, m + factor), factor);
  }
  return counts;
}

/** By 1 - q^power. */
function multiply(polynomial: readonly number[], power: number): number[] {
  const product = [...polynomial, ...Array.from({ length: power }, () => 0)];
  for (let index = product.length - 1; index >= power; index--) product[index]! -= product[index - power]!;
  return product;
}

/** By 1 - q^power; it divides without a rest. */
function divide(polynomial: readonly number[], power: number): number[] {
  const quotient = [...polynomial];
  for (let index = power; index < quotient.length; index++) quotient[index]! += quotient[index - power]!;
  return quotient.slice(0, polynomial.length - power);
}

function normalP(
  u: number,
  { n, m, tieTerm }: { readonly n: number; readonly m: number; readonly tieTerm: number },
): number {
  const size = n + m;
  const variance = ((n * m) / 12) * (size + 1 - tieTerm / (size * (size - 1)));
  if (variance <= 0) return 1;
  const distance = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5);
  return Math.min(1, complementOfError(distance / Math.sqrt(variance) / Math.SQRT2));
}

/** erfc for x >= 0, with an error below 1.2e-7 (Numerical Recipes, 2nd edition, 6.2). */
function complementOfError(x: number): number {
  const t = 1 / (1 + x / 2);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
  ];
  const sum = coefficients.reduceRight((rest, coefficient) => coefficient + t * rest, 0);
  return t * Math.exp(-x * x + sum);
}

/**
 * Raises p values so that asking many questions at once does not find answers by chance (Holm, 1979). Same order.
 */
export function adjustByHolm(values: readonly number[]): readonly number[] {
  const order = values.map((p, index) => ({ p, index })).toSorted((a, b) => a.p - b.p);
  const adjusted: number[] = [];
  let least = 0;
  for (const [place, { p, index }] of order.entries()) {
    least = Math.max(least, Math.min(1, p * (values.length - place)));
    adjusted[index] = least;
  }
  return adjusted;
}
