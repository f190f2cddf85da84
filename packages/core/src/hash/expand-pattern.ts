import type { ProjectName, WorkspacePath } from '../ids.ts';
import { escapeGlob, readLiteral } from './glob.ts';

export interface ExpandedPattern {
  readonly negated: boolean;
  /** `project`: only files of the project can match, and `pattern` is relative to its root. */
  readonly scope: 'project' | 'workspace';
  readonly pattern: string;
}

/**
 * Expands the tokens of a fileset's pattern. What starts with `{projectRoot}` is about the project's
 * files; all else is about the workspace's, with or without `{workspaceRoot}` in front. A pattern that
 * climbs out of its project is about the workspace. Null where it climbs out of the workspace.
 */
export function expandPattern(
  text: string,
  project: { readonly name: ProjectName; readonly root: WorkspacePath },
): ExpandedPattern | null {
  const negated = text.startsWith('!');
  const parsed = tokenAtStart.exec(negated ? text.slice(1) : text);
  const rest = expandTokens(parsed?.groups?.['rest'] ?? '', project);
  if (parsed?.groups?.['token'] !== 'projectRoot') {
    const pattern = joinSegments(rest.split('/'));
    return pattern === null ? null : { negated, scope: 'workspace', pattern };
  }
  const own = joinSegments(rest.split('/'));
  if (own !== null) return { negated, scope: 'project', pattern: own };
  const climbed = joinSegments([...escapeGlob(project.root).split('/'), ...rest.split('/')]);
  return climbed === null ? null : { negated, scope: 'workspace', pattern: climbed };
}

const tokenAtStart = /^(?:\{(?<token>projectRoot|workspaceRoot)\}(?=\/|$))?(?<rest>[^]*)$/;

function expandTokens(text: string, project: { readonly name: ProjectName; readonly root: WorkspacePath }): string {
  return text
    .replaceAll('{projectRoot}', () => escapeGlob(project.root))
    .replaceAll('{projectName}', () => escapeGlob(project.name))
    .replaceAll('{workspaceRoot}', '');
}

/** Without `.`, `..` and empty segments. Null where `..` climbs above the first one, or takes a wildcard away. */
function joinSegments(segments: readonly string[]): string | null {
  const joined: string[] = [];
  for (const segment of segments) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') joined.push(segment);
    else if (readLiteral(joined.pop() ?? '*') === null) return null;
  }
  return joined.join('/');
}
