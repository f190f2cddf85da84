import { nameOutcome, type RunFacts } from './run-facts.ts';

export interface Measurement {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** In UCUM, as OpenTelemetry wants it. */
  readonly unit: string;
  readonly description: string;
  readonly value: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a run adds to the metrics. By target and not by project: those could be thousands. */
export function buildMetrics(facts: RunFacts): readonly Measurement[] {
  const { started, finished, bytes } = facts;
  if (started === null || finished === null) return [];
  const result = finished.exitCode === 0 ? 'success' : finished.exitCode === 130 ? 'interrupted' : 'failure';
  return [
    seconds('larder.run.duration', 'How long runs take', finished.durationMs, { 'larder.run.result': result }),
    ...[...facts.tasks.values()].flatMap(({ plan, settled }) => {
      if (settled === null) return [];
      const { outcome } = settled;
      const attributes = { 'larder.task.target': plan.target, 'larder.task.outcome': nameOutcome(outcome) };
      return [
        count('larder.task.count', '{task}', 'Tasks by how they ended', { value: 1, attributes }),
        ...('durationMs' in outcome
          ? [seconds('larder.task.duration', 'How long executions take', outcome.durationMs, attributes)]
          : []),
      ];
    }),
    ...measureHits(facts),
    count('larder.time_saved', 's', 'Execution time that the cache saved', {
      value: finished.savedMs / 1000,
      attributes: {},
    }),
    ...(['download', 'upload'] as const).map((direction) =>
      count('larder.cache.io', 'By', 'Bytes moved to and from the remote cache', {
        value: bytes[direction],
        attributes: { 'larder.direction': direction },
      }),
    ),
    count('larder.cache.trouble', '{trouble}', 'Troubles of the cache', {
      value: finished.cacheTroubles,
      attributes: {},
    }),
  ];
}

/** Of tasks that may be in a cache, as in the summary. */
function measureHits({ tasks }: RunFacts): readonly Measurement[] {
  const results = [...tasks.values()].flatMap(({ lookedUp }) => lookedUp?.result ?? []);
  const cacheable = results.filter(({ kind }) => kind !== 'uncacheable');
  if (cacheable.length === 0) return [];
  const hits = cacheable.filter(({ kind }) => kind === 'hit').length;
  const description = 'Share of the tasks that were found in a cache';
  return [
    {
      name: 'larder.cache.hit_rate',
      kind: 'gauge',
      unit: '1',
      description,
      value: hits / cacheable.length,
      attributes: {},
    },
  ];
}

function seconds(
  name: string,
  description: string,
  durationMs: number,
  attributes: Measurement['attributes'],
): Measurement {
  return { name, kind: 'histogram', unit: 's', description, value: durationMs / 1000, attributes };
}

function count(
  name: string,
  unit: string,
  description: string,
  { value, attributes }: Pick<Measurement, 'value' | 'attributes'>,
): Measurement {
  return { name, kind: 'counter', unit, description, value, attributes };
}
