import * as v from 'valibot';
import { parseScope, type Scope } from '../identity/scope.ts';
import { addRequests, addTasks, noRequests, noTasks, type RequestCounts, type TaskCounts } from './usage-counts.ts';

/** Rows of one day; what comes beyond them is counted under the name `other`. Tasks are named by clients. */
const rowsLimit = 5000;
const overflowName = '(other)';

export interface RequestKey {
  readonly scope: Scope;
  readonly protocol: string;
}

export interface TaskKey {
  readonly scope: Scope;
  readonly project: string;
  readonly target: string;
}

/** Sums of one day, or of several. */
export class UsageDay {
  readonly #requests = new Map<string, { readonly key: RequestKey; readonly counts: RequestCounts }>();
  readonly #tasks = new Map<string, { readonly key: TaskKey; readonly counts: TaskCounts }>();

  addRequests(key: RequestKey, counts: Readonly<Partial<RequestCounts>>): void {
    const known = this.#requests.get(nameRequests(key));
    if (known !== undefined) return addRequests(known.counts, counts);
    const scope = this.#requests.size < rowsLimit ? key.scope : (`${tenantPart(key.scope)}other` as Scope);
    const bounded = { ...key, scope };
    const name = nameRequests(bounded);
    const row = this.#requests.get(name) ?? { key: bounded, counts: noRequests() };
    this.#requests.set(name, row);
    addRequests(row.counts, counts);
  }

  addTasks(key: TaskKey, counts: Readonly<Partial<TaskCounts>>): void {
    const name = JSON.stringify([key.scope, key.project, key.target]);
    const isKept = this.#tasks.has(name) || this.#tasks.size < rowsLimit;
    const bounded = isKept ? key : { scope: key.scope, project: overflowName, target: overflowName };
    const boundedName = isKept ? name : JSON.stringify([key.scope, overflowName, overflowName]);
    if (!isKept && !this.#tasks.has(boundedName) && this.#tasks.size >= 2 * rowsLimit) return;
    const row = this.#tasks.get(boundedName) ?? { key: bounded, counts: noTasks() };
    this.#tasks.set(boundedName, row);
    addTasks(row.counts, counts);
  }

  addAll(other: UsageDay): void {
    for (const { key, counts } of other.#requests.values()) this.addRequests(key, counts);
    for (const { key, counts } of other.#tasks.values()) this.addTasks(key, counts);
  }

  requests(): readonly (RequestKey & Readonly<RequestCounts>)[] {
    return [...this.#requests.values()].map(({ key, counts }) => ({ ...key, ...counts }));
  }

  tasks(): readonly (TaskKey & Readonly<TaskCounts>)[] {
    return [...this.#tasks.values()].map(({ key, counts }) => ({ ...key, ...counts }));
  }

  format(): string {
    return JSON.stringify({ version: 1, requests: this.requests(), tasks: this.tasks() });
  }
}

/** Scopes have no line breaks. */
function nameRequests({ scope, protocol }: RequestKey): string {
  return `${scope}\n${protocol}`;
}

function tenantPart(scope: Scope): string {
  const at = scope.indexOf('@');
  return at === -1 ? '' : scope.slice(0, at + 1);
}

const count = v.pipe(v.number(), v.finite(), v.minValue(0));
const storedScope = v.custom<Scope>((value) => typeof value === 'string' && parseScope(value) !== null);
const counts = <Name extends string>(names: readonly Name[]): Record<Name, typeof count> =>
  Object.fromEntries(names.map((name) => [name, count])) as Record<Name, typeof count>;
const schema = v.object({
  version: v.literal(1),
  requests: v.array(
    v.object({
      scope: storedScope,
      protocol: v.string(),
      ...counts(['hits', 'misses', 'sentBytes', 'savedMs', 'stored', 'storedBytes']),
    }),
  ),
  tasks: v.array(
    v.object({
      scope: storedScope,
      project: v.string(),
      target: v.string(),
      ...counts(['localHits', 'remoteHits', 'upToDate', 'executed', 'failed', 'executionMs', 'savedMs']),
    }),
  ),
});

/** Null where the text is no such file. */
export function parseUsageDay(text: string): UsageDay | null {
  try {
    const parsed = v.safeParse(schema, JSON.parse(text));
    if (!parsed.success) return null;
    const day = new UsageDay();
    for (const { scope, protocol, ...more } of parsed.output.requests) day.addRequests({ scope, protocol }, more);
    for (const { scope, project, target, ...more } of parsed.output.tasks) {
      day.addTasks({ scope, project, target }, more);
    }
    return day;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
