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

function resolveObject(object: JsonObject, tokens: Tokens): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, resolveValue(value, tokens)]));
}

function resolveValue(value: JsonValue, tokens: Tokens): JsonValue {
  if (typeof value === 'string') return resolveText(value, tokens);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((element) => resolveValue(element, tokens));
  return isJsonObject(value) ? resolveObject(value, tokens) : value;
}

function resolveText(text: string, { projectRoot, projectName }: Tokens): string {
  if (!text.includes('{')) return text;
  return text
    .replace(/^\{workspaceRoot\}\/?/, '')
    .replaceAll('{projectRoot}', () => projectRoot)
    .replaceAll('{projectName}', () => projectName);
}
