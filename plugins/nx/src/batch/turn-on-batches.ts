import { findNx } from '../find-nx.ts';
import type { NxRunContext } from '../plugin/nx-context.ts';
import { prefersBatch } from './prefers-batch.ts';
import { namesAdopted, readGraphText } from './read-graph-text.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Variables = Readonly<Record<string, string>>;

const modeName = 'NX_BATCH_MODE';
/** What was set here: a process may serve many runs, and each is to have it. */
const ownName = 'LARDER_NX_BATCH_MODE';
const refusals: ReadonlySet<string> = new Set(['--batch=false', '--no-batch']);

/**
 * The variables that let a version of nx that does not know `preferBatch` batch all the same, where targets were adopted.
 * It then batches every executor that can; what a person has set counts.
 */
export function turnOnBatches({ workspaceRoot, argv = [] }: NxRunContext, env: Env): Variables {
  if (isChosen(env) || argv.some((word) => refusals.has(word))) return {};
  const nx = findNx(workspaceRoot);
  if (nx === null || prefersBatch(nx.version)) return {};
  if (!namesAdopted(readGraphText(workspaceRoot, env))) return {};
  return { [ownName]: 'true', [modeName]: 'true' };
}

/** Those that have Nx run adopted targets one by one, which needs nothing of Larder; what a person has set counts. */
export function turnOffBatches(env: Env): Variables {
  return isChosen(env) ? {} : { [ownName]: 'false', [modeName]: 'false' };
}

function isChosen(env: Env): boolean {
  const mode = env[modeName] ?? '';
  return mode !== '' && mode !== env[ownName];
}
