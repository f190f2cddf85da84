import {
  describeUnreadable,
  findNearNames,
  isJsonObject,
  parseJsonc,
  type GraphContext,
  type ParsedJson,
  type Problem,
  type WorkspacePath,
} from '@larder/core';
import { knownKeys } from './known-keys.ts';
import type { RawTurboFile, RawTurboTask } from './turbo-schema.ts';

/** One turbo.json or turbo.jsonc. */
export interface TurboFile {
  readonly path: WorkspacePath;
  readonly raw: RawTurboFile;
  readonly tasks: ReadonlyMap<string, RawTurboTask>;
  readonly json: ParsedJson;
}

export interface ReadTurboFile {
  /** Null where its problems leave nothing to go by. */
  readonly file: TurboFile | null;
  readonly problems: readonly Problem[];
}

/** Reads a file of the root, or of a package. Keys that Turborepo does not know are warnings. */
export async function readTurboFile(
  context: Pick<GraphContext, 'readText'>,
  path: WorkspacePath,
  kind: 'root' | 'package',
): Promise<ReadTurboFile> {
  const text = readText(context, path);
  if (typeof text !== 'string') return { file: null, problems: [text] };
  const json = parseJsonc(text, path);
  if (json.problems.length > 0) return { file: null, problems: json.problems };
  if (!isJsonObject(json.value)) return { file: null, problems: [invalidValue({ path, json }, [], 'an object')] };
  const outdated = findPipeline(json, path);
  if (outdated !== null) return { file: null, problems: [outdated] };
  const unknown = findUnknownKeys(json, path, kind);
  // Loaded here, since most workspaces have no such file.
  const { parseRawTurboFile } = await import('./turbo-schema.ts');
  const result = parseRawTurboFile(json.value);
  if (result.success) {
    const tasks = new Map(Object.entries(result.output.tasks ?? {}));
    return { file: { path, raw: result.output, tasks, json }, problems: unknown };
  }
  const problems = result.issues.map((issue): Problem => {
    const keys = (issue.path ?? []).map((item) => (item.type === 'array' ? item.key : String(item.key)));
    return invalidValue({ path, json }, keys, issue.message);
  });
  return { file: null, problems: [...unknown, ...problems] };
}

function readText(context: Pick<GraphContext, 'readText'>, path: WorkspacePath): string | Problem {
  try {
    return context.readText(path) ?? '';
  } catch (error) {
    return { code: 'unreadable-file', severity: 'error', file: path, detail: describeUnreadable(error) };
  }
}

type Keys = readonly (string | number)[];
type Located = Pick<TurboFile, 'path' | 'json'>;

/** An error about the value that `keys` lead to; where it is missing, about the file. */
export function invalidValue({ path: file, json }: Located, keys: Keys, allowed: string): Problem {
  const location = json.locate(keys) ?? json.locate([]);
  const facts = { code: 'invalid-value', severity: 'error', file, path: keys.join('.') } as const;
  const found = describe(keys.reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], json.value));
  return { ...facts, found, allowed, ...(location === null ? {} : { location }) };
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value).slice(0, 60);
}

function findPipeline(json: ParsedJson, path: WorkspacePath): Problem | null {
  if (!isJsonObject(json.value) || json.value['pipeline'] === undefined) return null;
  const location = json.locateKey(['pipeline']);
  const detail = `Turborepo 2 calls it "tasks": rename the key in ${path}, or run "npx @turbo/codemod migrate"`;
  const facts = { code: 'unsupported', severity: 'error', feature: '"pipeline" of Turborepo 1', detail } as const;
  return { ...facts, ...(location === null ? {} : { location }) };
}

function findUnknownKeys(json: ParsedJson, file: WorkspacePath, kind: 'root' | 'package'): readonly Problem[] {
  const problems: Problem[] = [];
  const check = (value: unknown, keys: Keys, known: readonly string[]): void => {
    if (!isJsonObject(value)) return;
    for (const key of Object.keys(value).filter((one) => !known.includes(one))) {
      const path = [...keys, key];
      const location = json.locateKey(path);
      const facts = { code: 'unknown-key', severity: 'warning', file, path: path.join('.') } as const;
      problems.push({ ...facts, near: findNearNames(key, known), ...(location === null ? {} : { location }) });
    }
  };
  if (!isJsonObject(json.value)) return [];
  const { tasks, global } = json.value;
  check(json.value, [], knownKeys[kind]);
  if (kind === 'root') check(global, ['global'], knownKeys.global);
  if (isJsonObject(tasks)) for (const name of Object.keys(tasks)) check(tasks[name], ['tasks', name], knownKeys.task);
  return problems;
}
