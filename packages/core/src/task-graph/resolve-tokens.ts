import { isJsonObject } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Project } from '../project-graph/project.ts';

/**
 * Replaces `{projectRoot}`, `{projectName}` and a leading `{workspaceRoot}/` in every text among the options.
 * As in Nx, the root of the workspace is `.` and other tokens stay as they are.
 */
export function resolveOptions(options: JsonObject, project: Project): JsonObject {
  return resolveObject(options, {
    projectRoot: project.root === '' ? '.' : project.root,
    projectName: project.name,
  });
}

interface Tokens {
  readonly projectRoot: string;
  readonly projectName: string;
}

/** Whatever holds no token is kept as it is, since most options hold none. */
function resolveObject(object: JsonObject, tokens: Tokens): JsonObject {
  const entries = Object.entries(object).map(([key, value]) => [key, resolveValue(value, tokens)] as const);
  return entries.every(([key, value]) => value === object[key]) ? object : Object.fromEntries(entries);
}

function resolveList(list: readonly JsonValue[], tokens: Tokens): readonly JsonValue[] {
  const resolved = list.map((element) => resolveValue(element, tokens));
  return resolved.every((element, index) => element === list[index]) ? list : resolved;
}

function resolveValue(value: JsonValue, tokens: Tokens): JsonValue {
  if (typeof value === 'string') return resolveText(value, tokens);
  if (Array.isArray(value)) return resolveList(value as readonly JsonValue[], tokens);
  return isJsonObject(value) ? resolveObject(value, tokens) : value;
}

function resolveText(text: string, { projectRoot, projectName }: Tokens): string {
  if (!text.includes('{')) return text;
  return text
    .replace(/^\{workspaceRoot\}\/?/, '')
    .replaceAll('{projectRoot}', () => projectRoot)
    .replaceAll('{projectName}', () => projectName);
}
