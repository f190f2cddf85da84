import { expect, test } from 'vitest';
import { asProjectName, asWorkspacePath } from '../ids.ts';
import { expandPattern } from './expand-pattern.ts';

function expand(pattern: string, root = 'packages/ui', name = 'ui'): string | null {
  const expanded = expandPattern(pattern, { name: asProjectName(name), root: asWorkspacePath(root) });
  return expanded && `${expanded.negated ? 'not ' : ''}${expanded.scope} ${expanded.pattern}`;
}

test('a pattern below the project is about the project alone', () => {
  expect(expand('{projectRoot}/src/**/*')).toBe('project src/**/*');
  expect(expand('!{projectRoot}/**/*.spec.ts')).toBe('not project **/*.spec.ts');
  expect(expand('{projectRoot}')).toBe('project ');
});

test('every other pattern is about the workspace', () => {
  expect(expand('{workspaceRoot}/tsconfig.base.json')).toBe('workspace tsconfig.base.json');
  expect(expand('config/{projectName}.json')).toBe('workspace config/ui.json');
  expect(expand('!{workspaceRoot}/dist/{projectRoot}/**')).toBe('not workspace dist/packages/ui/**');
});

test('names with special characters stand for themselves', () => {
  expect(expand('{workspaceRoot}/config/{projectName}.json', 'x', '[ui]*')).toBe('workspace config/\\[ui\\]\\*.json');
});

test('a pattern that climbs out of its project is about the workspace', () => {
  expect(expand('{projectRoot}/../shared/./*.ts')).toBe('workspace packages/shared/*.ts');
});

test('a pattern that climbs out of the workspace is refused', () => {
  expect(expand('{projectRoot}/../../../etc/passwd')).toBeNull();
  expect(expand('{workspaceRoot}/../x')).toBeNull();
  expect(expand('{workspaceRoot}/*/../x')).toBeNull();
});
