import { asWorkspacePath, isJsonObject, parseJsonc, parseSize, type JsonObject, type Problem } from '@larder/core';

export const budgetFile = 'larder.budgets.json';

/** What one or more tasks may cost. Null: not limited. */
export interface Budget {
  /** Ids of tasks, `*` for any text. */
  readonly tasks: readonly string[];
  readonly durationMs: number | null;
  /** How much slower than before, as a share: 0.2 is 20 %. */
  readonly regression: number | null;
  /** Of the most memory that the task's processes hold at once. */
  readonly memoryBytes: number | null;
  readonly outputBytes: number | null;
  readonly outputGzipBytes: number | null;
}

/** `[budgets, problems]`: every problem at once, with its place. */
export function parseBudgets(text: string): readonly [readonly Budget[], readonly Problem[]] {
  const parsed = parseJsonc(text, asWorkspacePath(budgetFile));
  if (parsed.problems.length > 0) return [[], parsed.problems];
  const problems: Problem[] = [];
  const reject = (path: readonly (string | number)[], found: unknown, allowed: string): void => {
    const location = parsed.locate(path);
    const facts = { file: budgetFile, path: path.join('.'), found: JSON.stringify(found) ?? 'nothing', allowed };
    problems.push({ severity: 'error', code: 'invalid-value', ...facts, ...(location === null ? {} : { location }) });
  };
  const entries = isJsonObject(parsed.value) ? parsed.value['budgets'] : undefined;
  if (!Array.isArray(entries)) {
    reject(['budgets'], entries, 'a list of budgets');
    return [[], problems];
  }
  const budgets = entries.map((entry: unknown, index) => parseBudget(entry, ['budgets', index], reject));
  return [problems.length > 0 ? [] : budgets, problems];
}

type Reject = (path: readonly (string | number)[], found: unknown, allowed: string) => void;

const keys = ['tasks', 'duration', 'regression', 'memory', 'outputSize', 'outputGzip'];

function parseBudget(entry: unknown, path: readonly (string | number)[], reject: Reject): Budget {
  if (!isJsonObject(entry)) reject(path, entry, 'an object');
  const values: JsonObject = isJsonObject(entry) ? entry : {};
  for (const key of Object.keys(values)) {
    if (!keys.includes(key)) reject([...path, key], values[key], `one of the keys ${keys.join(', ')}`);
  }
  const read = (key: string, parse: (text: string) => number | undefined, allowed: string): number | null => {
    const value = values[key];
    if (value === undefined) return null;
    const number = typeof value === 'string' ? parse(value) : undefined;
    if (number === undefined) reject([...path, key], value, allowed);
    return number ?? null;
  };
  const tasks = typeof values['tasks'] === 'string' ? [values['tasks']] : values['tasks'];
  const valid = Array.isArray(tasks) && tasks.length > 0 && tasks.every((each) => typeof each === 'string');
  if (!valid) reject([...path, 'tasks'], values['tasks'], 'a task such as "web:build", or a list; `*` is any text');
  return {
    tasks: valid ? tasks : [],
    durationMs: read('duration', parseDuration, 'a time such as "500ms", "30s" or "2m"'),
    regression: read('regression', parsePercent, 'a percentage such as "20%"'),
    memoryBytes: read('memory', parseSize, 'a size such as "500MB" or "2GB"'),
    outputBytes: read('outputSize', parseSize, 'a size such as "500KB" or "2MB"'),
    outputGzipBytes: read('outputGzip', parseSize, 'a size such as "500KB" or "2MB"'),
  };
}

const durationUnitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(text.trim());
  return match === null ? undefined : Number(match[1]) * (durationUnitsMs[match[2] ?? ''] ?? 0);
}

function parsePercent(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim());
  return match === null ? undefined : Number(match[1]) / 100;
}
