import * as v from 'valibot';

const count = v.pipe(v.number(), v.minValue(0));
const tenant = v.pipe(v.nullable(v.string()), v.description('null: tokens without a tenant.'));
const scope = v.pipe(v.string(), v.description('Without the tenant: main, pr/42.'));

const requestRow = v.object({
  tenant,
  scope,
  protocol: v.pipe(v.string(), v.description('larder, nx, turborepo, bazel or gradle.')),
  hits: v.pipe(count, v.description('Reads that were answered with an artifact.')),
  misses: count,
  sentBytes: v.pipe(count, v.description('Of the artifacts of these hits.')),
  savedMs: v.pipe(count, v.description('What executing would have taken, where the upload said so.')),
  stored: v.pipe(count, v.description('Uploads that were kept.')),
  storedBytes: count,
});

const taskRow = v.object({
  tenant,
  scope,
  project: v.pipe(v.string(), v.description('Empty where the client does not say, as turbo.')),
  target: v.pipe(v.string(), v.description('Empty where the client does not say, as turbo.')),
  localHits: count,
  remoteHits: count,
  upToDate: count,
  executed: v.pipe(count, v.description('Misses: executed with success.')),
  failed: count,
  executionMs: v.pipe(count, v.description('Spent on what was executed.')),
  savedMs: count,
});

/** The schema of `GET /api/stats`; its JSON form stands in `docs/statistics.schema.json`. */
export const statisticsSchema = v.object({
  version: v.literal(1),
  from: v.pipe(v.string(), v.description('First day, UTC, as 2026-01-31.')),
  to: v.pipe(v.string(), v.description('Last day, UTC, as 2026-01-31.')),
  requests: v.pipe(v.array(requestRow), v.description('What the server saw, for each scope and protocol.')),
  tasks: v.pipe(v.array(taskRow), v.description('What clients reported of their runs, for each task.')),
});

export type Statistics = v.InferOutput<typeof statisticsSchema>;
export type RequestStatistics = Statistics['requests'][number];
export type TaskStatistics = Statistics['tasks'][number];

/** Null where the body is anything else. */
export function parseStatistics(body: unknown): Statistics | null {
  const parsed = v.safeParse(statisticsSchema, body);
  return parsed.success ? parsed.output : null;
}
