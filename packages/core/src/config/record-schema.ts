import * as v from 'valibot';
import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';

/**
 * An object whose keys are names, all with values of one kind. Valibot's own drops what is named `constructor`,
 * `prototype` or `__proto__` without a word; here they are names as any other.
 */
export function recordOf<const Key extends NameSchema, const Value extends v.GenericSchema>(
  key: Key,
  value: Value,
  allowed: string,
) {
  const record = v.record(key, value, allowed);
  type Run = (typeof record)['~run'];
  const run: Run = (dataset, config) =>
    isJsonObject(dataset.value)
      ? (runEach(record, dataset.value, config) as ReturnType<Run>)
      : record['~run'](dataset, config);
  return { ...record, '~run': run };
}

type NameSchema = v.GenericSchema<string>;

interface Schemas {
  readonly key: NameSchema;
  readonly value: v.GenericSchema;
}

function runEach({ key, value }: Schemas, input: JsonObject, config: v.Config<v.BaseIssue<unknown>>) {
  const results = Object.entries(input).map(([name, each]) => {
    const item = { type: 'object', input, key: name, value: each } as const;
    const found = value['~run']({ value: each }, config);
    const issues = [
      ...locate({ ...item, origin: 'key' }, key['~run']({ value: name }, config).issues),
      ...locate({ ...item, origin: 'value' }, found.issues),
    ];
    return { issues, typed: found.typed, entry: [name, found.value] as const };
  });
  const issues = results.flatMap((result) => result.issues);
  return {
    typed: results.every(({ typed }) => typed),
    value: Object.fromEntries(results.map(({ entry }) => entry)),
    ...(issues.length === 0 ? {} : { issues }),
  };
}

function locate(item: v.ObjectPathItem, issues: readonly v.BaseIssue<unknown>[] = []): readonly v.BaseIssue<unknown>[] {
  return issues.map((issue) => ({ ...issue, path: [item, ...(issue.path ?? [])] }));
}
