import { ownValue } from '@larder/core';

/** What Nx says that went into a hash: a name of each input and its hash. */
export interface HashDetails {
  readonly command?: string;
  readonly nodes?: Readonly<Record<string, string>>;
}

const shownInputs = 3;

/** Why a task was not in a cache, as a few words; `before` is what is known of the last time, or null. */
export function explainMiss(before: HashDetails | null, now: HashDetails): string {
  if (before === null) return 'nothing is known of an earlier run of it here';
  const changes = listChanges(before, now);
  if (changes.length === 0) return 'nothing has changed, and no cache has it';
  const shown = changes.slice(0, shownInputs);
  const rest = changes.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

function listChanges(before: HashDetails, now: HashDetails): readonly string[] {
  const [old = {}, current = {}] = [before.nodes, now.nodes];
  const names = [...new Set([...Object.keys(old), ...Object.keys(current)])].toSorted(compareInterest);
  const changes = names.flatMap((name) => {
    const [was, is] = [ownValue(old, name), ownValue(current, name)];
    if (was === is) return [];
    const kind = was === undefined ? 'new' : is === undefined ? 'gone' : 'changed';
    return [`${describeInput(name)} ${kind}`];
  });
  return [...new Set(before.command === now.command ? changes : ['the command or its arguments changed', ...changes])];
}

/** Files first: they change most, and what follows from them says less. */
function compareInterest(a: string, b: string): number {
  const order = rankOf(a) - rankOf(b);
  return order === 0 ? (a < b ? -1 : 1) : order;
}

function rankOf(name: string): number {
  if (/[*/]/.test(name) && !name.startsWith('npm:')) return 0;
  return /:(?:ProjectConfiguration|TsConfig)$/.test(name) ? 2 : 1;
}

function describeInput(name: string): string {
  const [first = '', ...others] = name.split(':');
  const rest = others.join(':');
  if (first === 'env') return `variable ${rest}`;
  if (first === 'runtime') return `output of "${rest}"`;
  if (first === 'npm') return `package ${rest}`;
  if (name === 'AllExternalDependencies') return 'external packages';
  if (rest === 'ProjectConfiguration') return `configuration of ${first}`;
  if (rest === 'TsConfig') return `tsconfig of ${first}`;
  if (first === 'workspace') return `files ${rest.replaceAll('{workspaceRoot}/', '')}`;
  // `ui:packages/ui/**/*`, or `ui:{projectRoot}/**/*`
  return rest === '' ? `files ${name}` : `files of ${first}`;
}
