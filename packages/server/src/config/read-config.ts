import { readFile } from 'node:fs/promises';
import {
  isJsonObject,
  parseJsonc,
  type JsonObject,
  type ParsedJson,
  type Problem,
  type WorkspacePath,
} from '@larder/core';
import { serverConfigSchema, type ServerConfig } from './config-schema.ts';
import { overrideByEnv } from './env-overrides.ts';
import { checkDocument, type ParsedDocument } from './parse-document.ts';

export interface ConfigSources {
  /** As messages name it, and its absolute path; null where there is no file. */
  readonly file: { readonly name: string; readonly absolute: string } | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The file with the environment put over it; every problem of both at once. Rejects where the file cannot be read. */
export async function readConfig({ file, env }: ConfigSources): Promise<ParsedDocument<ServerConfig>> {
  const name = file?.name ?? 'environment';
  const text = file === null ? '{}' : await readFile(file.absolute, 'utf8');
  const json = parseJsonc(text, name as WorkspacePath);
  if (json.problems.length > 0) return [null, json.problems];
  if (!isJsonObject(json.value)) return checkDocument({ file: name, value: json.value, json }, serverConfigSchema);
  return checkOverridden(json.value, { name, json, env });
}

function checkOverridden(
  document: JsonObject,
  { name, json, env }: { readonly name: string; readonly json: ParsedJson; readonly env: ConfigSources['env'] },
): ParsedDocument<ServerConfig> {
  const { value, origins, problems } = overrideByEnv(document, env);
  const [config, found] = checkDocument({ file: name, value, json }, serverConfigSchema);
  const all = [...problems, ...found.map((problem) => nameOrigin(problem, origins))];
  return all.length > 0 ? [null, all] : [config, []];
}

/** What a variable said stands at no place in the file. */
function nameOrigin(problem: Problem, origins: ReadonlyMap<string, string>): Problem {
  const variable = 'path' in problem ? origins.get(problem.path) : undefined;
  if (variable === undefined || problem.code !== 'invalid-value') return problem;
  const { location: _, ...rest } = problem;
  return { ...rest, file: 'environment', path: variable };
}
