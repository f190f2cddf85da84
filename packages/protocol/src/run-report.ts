import * as v from 'valibot';

/** How one task of a run ended, as far as the use of the cache is concerned. */
export interface ReportedTask {
  readonly project: string;
  readonly target: string;
  readonly outcome: 'executed' | 'restored-local' | 'restored-remote' | 'up-to-date' | 'failed';
  /** What the run spent on the task. */
  readonly durationMs: number;
  /** What executing it would have taken, where it was not executed and that is known. */
  readonly savedMs: number;
}

/** What a run made of the cache. Sent once, at its end, to `eventsUrl`. */
export interface RunReport {
  readonly version: 1;
  readonly tasks: readonly ReportedTask[];
}

/** Tasks in one report. A larger run sends several. */
const reportedTasksLimit = 2000;

/** No report needs more. */
export const runReportLimitBytes = 1024 * 1024;

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const milliseconds = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(30 * 86_400_000));
const task = v.object({
  project: name,
  target: name,
  outcome: v.picklist(['executed', 'restored-local', 'restored-remote', 'up-to-date', 'failed']),
  durationMs: milliseconds,
  savedMs: milliseconds,
});

/** The schema of `POST /larder/v1/events`; its JSON form stands in `docs/run-report.schema.json`. */
export const runReportSchema = v.object({
  version: v.literal(1),
  tasks: v.pipe(v.array(task), v.maxLength(reportedTasksLimit)),
});

/** Null where the body is anything else, a later version among it. */
export function parseRunReport(body: unknown): RunReport | null {
  const parsed = v.safeParse(runReportSchema, body);
  return parsed.success ? parsed.output : null;
}

/** One or more bodies, each with as many tasks as one report may have. */
export function formatRunReports(tasks: readonly ReportedTask[]): readonly string[] {
  const bodies: string[] = [];
  for (let start = 0; start < tasks.length; start += reportedTasksLimit) {
    const report: RunReport = { version: 1, tasks: tasks.slice(start, start + reportedTasksLimit) };
    bodies.push(JSON.stringify(report));
  }
  return bodies;
}
