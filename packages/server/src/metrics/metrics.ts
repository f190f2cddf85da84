/** Names and values of labels, in the order in which they are written. */
export type Labels = Readonly<Record<string, string>>;

/** Label values come from closed lists of this server, never from requests; this bounds a mistake. */
const seriesLimit = 1000;

/**
 * Counters, gauges and histograms in the text format of Prometheus (version 0.0.4,
 * https://prometheus.io/docs/instrumenting/exposition_formats/). Belongs to one server: nothing is global.
 */
export class Metrics {
  readonly #families = new Map<string, Family>();

  counter(name: string, help: string): Counter {
    const family = this.#add(name, help, 'counter');
    const labelText = createLabelTexts();
    return { add: (labels, amount = 1) => family.add(labelText(labels), amount) };
  }

  /** Asked when someone looks. */
  gauge(name: string, help: string, read: () => number): void {
    const family = this.#add(name, help, 'gauge');
    family.read = read;
  }

  /** As `gauge`, with a value for each of some labels. */
  gauges(name: string, help: string, read: () => readonly (readonly [Labels, number])[]): void {
    const family = this.#add(name, help, 'gauge');
    family.readLines = () => read().map(([labels, value]) => `${name}${formatLabels(labels)} ${formatNumber(value)}`);
  }

  /** As a gauge whose value only grows. */
  readCounter(name: string, help: string, read: () => number): void {
    const family = this.#add(name, help, 'counter');
    family.read = read;
  }

  /** `bounds` in ascending order; there is always one more without a bound. */
  histogram(name: string, help: string, bounds: readonly number[]): Histogram {
    const family = this.#add(name, help, 'histogram');
    const labelText = createLabelTexts();
    const series = new Map<string, { readonly labels: Labels; readonly counts: number[]; sum: number }>();
    family.readLines = () => [...series.values()].flatMap((each) => formatHistogram(name, bounds, each));
    return {
      observe: (labels, value) => {
        const key = labelText(labels);
        if (!series.has(key) && series.size >= seriesLimit) return;
        const found = series.get(key) ?? { labels, counts: Array.from({ length: bounds.length + 1 }, () => 0), sum: 0 };
        series.set(key, found);
        const index = bounds.findIndex((bound) => value <= bound);
        const bucket = index === -1 ? bounds.length : index;
        found.counts[bucket] = (found.counts[bucket] ?? 0) + 1;
        found.sum += value;
      },
    };
  }

  format(): string {
    const lines: string[] = [];
    for (const [name, family] of this.#families) {
      lines.push(`# HELP ${name} ${family.help}`, `# TYPE ${name} ${family.type}`, ...family.lines(name));
    }
    return `${lines.join('\n')}\n`;
  }

  #add(name: string, help: string, type: Family['type']): Family {
    const family = new Family(help, type);
    this.#families.set(name, family);
    return family;
  }
}

export interface Counter {
  add(labels: Labels, amount?: number): void;
}

export interface Histogram {
  observe(labels: Labels, value: number): void;
}

class Family {
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly #values = new Map<string, number>();
  read: (() => number) | null = null;
  readLines: (() => readonly string[]) | null = null;

  constructor(help: string, type: 'counter' | 'gauge' | 'histogram') {
    this.help = help;
    this.type = type;
  }

  add(labels: string, amount: number): void {
    if (!this.#values.has(labels) && this.#values.size >= seriesLimit) return;
    this.#values.set(labels, (this.#values.get(labels) ?? 0) + amount);
  }

  lines(name: string): readonly string[] {
    if (this.readLines !== null) return this.readLines();
    if (this.read !== null) return [`${name} ${formatNumber(this.read())}`];
    return [...this.#values].map(([labels, value]) => `${name}${labels} ${formatNumber(value)}`);
  }
}

function formatHistogram(
  name: string,
  bounds: readonly number[],
  { labels, counts, sum }: { readonly labels: Labels; readonly counts: readonly number[]; readonly sum: number },
): readonly string[] {
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    const bound = bounds[index];
    return `${name}_bucket${formatLabels({ ...labels, le: bound === undefined ? '+Inf' : String(bound) })} ${total}`;
  });
  const own = formatLabels(labels);
  return [...buckets, `${name}_sum${own} ${formatNumber(sum)}`, `${name}_count${own} ${total}`];
}

/** `formatLabels` for one family, with the texts that it gave before: every request asks for the same few. */
function createLabelTexts(): (labels: Labels) => string {
  const texts = new Map<string, string>();
  return (labels) => {
    let key = '';
    for (const name in labels) key += `${labels[name]}\n`;
    const known = texts.get(key);
    if (known !== undefined) return known;
    const text = formatLabels(labels);
    if (texts.size < seriesLimit && !Object.values(labels).some((value) => value.includes('\n'))) texts.set(key, text);
    return text;
  };
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escape(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function formatNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : 'NaN';
}
