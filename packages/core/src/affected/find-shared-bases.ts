import { findBase } from '../hash/glob.ts';
import type { InputDefinition, NamedInputs } from '../project-graph/project.ts';
import type { UntouchedInput } from './find-untouched.ts';

type Definers = Omit<UntouchedInput, 'outputs'>;

/**
 * Folders and files of which something may count for any task, because definitions of inputs name them as the workspace's.
 * Null where inputs are not files of a task's own project and of those that it depends on, or of these folders: where they
 * are what commands and plugins say, ignored files, or files of other projects.
 */
export function findSharedBases(input: Definers): readonly string[] | null {
  const bases = new Set<string>();
  for (const definition of listDefinitions(input)) {
    const base = findSharedBase(definition);
    if (base === 'unknown') return null;
    if (base !== null) bases.add(base.path);
  }
  return [...bases];
}

/** Of whatever a task may declare or refer to, each array once: projects share most of them. */
function* listDefinitions({ graph, taskGraph, commonInputs }: Definers): Generator<InputDefinition> {
  const named = new Set<NamedInputs>();
  for (const { namedInputs } of graph.projects.values()) named.add(namedInputs);
  const arrays = new Set<readonly InputDefinition[]>([commonInputs]);
  for (const inputs of named) for (const definitions of Object.values(inputs)) arrays.add(definitions);
  for (const { definition } of taskGraph.tasks.values()) if (definition.inputs !== null) arrays.add(definition.inputs);
  for (const definitions of arrays) yield* definitions;
}

/** Null: it names nothing beyond projects. */
function findSharedBase(definition: InputDefinition): { readonly path: string } | 'unknown' | null {
  switch (definition.kind) {
    case 'fileset':
      if (definition.includeIgnored === true || !isOfDependencies(definition.of)) return 'unknown';
      return findPatternBase(definition.pattern);
    case 'json':
      return findPatternBase(definition.pattern);
    case 'named':
      return isOfDependencies(definition.of) ? null : 'unknown';
    case 'runtime':
    case 'plugin':
      return 'unknown';
    case 'env':
    case 'external':
    case 'dependent-outputs':
    case 'working-directory':
    case 'platform':
      return null;
  }
}

function isOfDependencies(of: Extract<InputDefinition, { readonly kind: 'named' }>['of']): boolean {
  return of.kind === 'self' || of.kind === 'dependencies';
}

/** As `expandPattern` reads it, for any project at once. */
function findPatternBase(pattern: string): { readonly path: string } | null {
  if (pattern.startsWith('!')) return null;
  const climbs = pattern.split('/').includes('..');
  if (/^\{projectRoot\}(?:\/|$)/.test(pattern)) return climbs ? { path: '' } : null;
  const text = pattern.replace(/^\{workspaceRoot\}(?:\/|$)/, '');
  const segments = text.split('/').filter((segment) => segment !== '' && segment !== '.');
  return { path: climbs ? '' : findBase(segments.join('/')) };
}
