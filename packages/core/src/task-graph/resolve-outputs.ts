import { compareCodeUnits } from '../ids.ts';
import { isJsonObject, ownValue } from '../json.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Project } from '../project-graph/project.ts';

export interface ResolvedOutputs {
  /** Workspace-relative, sorted, without duplicates; `!` negates. */
  readonly outputs: readonly string[];
  /** Entries that may not stand there, as declared. */
  readonly outside: readonly string[];
  readonly invalid: readonly string[];
}

/**
 * Puts values in place of the tokens of `outputs`. As in Nx, an entry with an option that has no value is
 * dropped, and every entry starts with a token, so that nobody has to guess what a path is relative to.
 * The root of the workspace cannot be an output: restoring it would replace the repository.
 */
export function resolveOutputs(declared: readonly string[], project: Project, options: JsonObject): ResolvedOutputs {
  if (declared.length === 0) return nothing;
  const outputs = new Set<string>();
  const outside: string[] = [];
  const invalid: string[] = [];
  for (const entry of declared) {
    const negated = entry.startsWith('!');
    const template = negated ? entry.slice(1) : entry;
    if (!template.startsWith('{') || template.includes('{workspaceRoot}', 1)) {
      invalid.push(entry);
      continue;
    }
    for (const resolved of resolveTemplate(template, project, options)) {
      const path = normalize(resolved);
      if (path === null) outside.push(entry);
      else outputs.add(negated ? `!${path}` : path);
    }
  }
  return { outputs: [...outputs].sort(compareCodeUnits), outside, invalid };
}

const nothing: ResolvedOutputs = { outputs: [], outside: [], invalid: [] };

/** `{options.a.b}`, with what to take instead where it has no value: `{options.a ?? options.b ?? dist/{projectName}}`. */
const optionToken = /\{(options\.(?:[^{}]|\{[^{}]*\})*)\}/g;

/** More than one where an entry is nothing but an option whose value is a list; none where an option has no value. */
function resolveTemplate(template: string, project: Project, options: JsonObject): readonly string[] {
  if (!template.includes('{options.')) return [fillTokens(template, project)];
  const whole = /^\{options\.([^{}?]+)\}$/.exec(template)?.[1];
  const value = whole === undefined ? undefined : readOption(options, whole);
  if (Array.isArray(value)) return value.filter((element) => typeof element === 'string' && element !== '') as string[];
  let complete = true;
  const filled = template.replace(optionToken, (_, alternatives: string) => {
    const text = pickAlternative(alternatives, options);
    complete &&= text !== undefined;
    return text ?? '';
  });
  return complete ? [fillTokens(filled, project)] : [];
}

/** The first that is a literal or an option with a value. */
function pickAlternative(alternatives: string, options: JsonObject): string | undefined {
  for (const alternative of alternatives.split('??').map((part) => part.trim())) {
    const text = alternative.startsWith('options.') ? toText(readOption(options, alternative.slice(8))) : alternative;
    if (text !== undefined) return text;
  }
  return undefined;
}

function fillTokens(template: string, project: Project): string {
  return template
    .replace(/^\{workspaceRoot\}(\/|$)/, '')
    .replaceAll('{projectRoot}', () => (project.root === '' ? '.' : project.root))
    .replaceAll('{projectName}', () => project.name);
}

function readOption(options: JsonObject, path: string): JsonValue | undefined {
  return path.split('.').reduce<JsonValue | undefined>((value, key) => {
    return isJsonObject(value) ? ownValue(value, key) : undefined;
  }, options);
}

function toText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** Null where the path leaves the workspace, or is the workspace. */
function normalize(path: string): string | null {
  if (path.startsWith('/') || /^[a-zA-Z]:/.test(path) || path.includes('\0')) return null;
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return null;
  }
  return segments.length === 0 ? null : segments.join('/');
}
