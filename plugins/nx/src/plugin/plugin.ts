/**
 * What `nx` itself loads for `"plugins": ["@larder/nx"]` in nx.json. Nothing here may fail a run: whatever goes wrong
 * is told once on standard error, and Nx goes on as it would without.
 */
import { describeOldNode } from '@larder/core';
import { cachesNothing } from '../batch/caches-nothing.ts';
import { wishesName, writeWishes } from '../batch/run-wishes.ts';
import { turnOffBatches, turnOnBatches } from '../batch/turn-on-batches.ts';
import type { NxResultsContext, NxRunContext } from './nx-context.ts';
import { createRootTargets } from './create-nodes.ts';
import { handOver } from './hand-over.ts';
import { KnownDurations } from './known-durations.ts';
import { isNxDaemon } from './nx-host.ts';
import { parseOptions } from './parse-options.ts';

export type { NxPluginOptions } from './parse-options.ts';
export type { NxResultsContext, NxRunContext, NxTaskResult } from './nx-context.ts';

type Env = Record<string, string | undefined>;
type Variables = Readonly<Record<string, string>>;

export const name = '@larder/nx';

/** Nx calls functions alone: what one run learns for the next in the same process has to stand here. */
const durations = new KnownDurations();

/** Nx 20 and later. */
export const createNodesV2 = ['nx.json', createRootTargets] as const;

export async function preTasksExecution(options: unknown, context: NxRunContext): Promise<void> {
  // Nx has another object there while hooks of other runs run.
  const { env } = process;
  const [{ cache }, problems] = parseOptions(options);
  for (const problem of problems) warn(`@larder/nx in nx.json: ${problem}`);
  const oldNode = describeOldNode(process.versions.node);
  if (oldNode !== null) {
    handOver(turnOffBatches(env), env, { outlivesRun: isNxDaemon() });
    warn(`Larder takes no part in this run: ${oldNode}`);
    return;
  }
  const wishes = { [wishesName]: writeWishes(context) };
  const [batches, found] = [prepareBatches(context, env), cache ? await prepareCache(context, env) : {}];
  handOver({ ...wishes, ...batches, ...found }, env, { outlivesRun: isNxDaemon() });
}

function prepareBatches(context: NxRunContext, env: Env): Variables {
  try {
    return turnOnBatches(context, env);
  } catch (error) {
    warn(`adopted targets run one by one: ${describe(error)}`);
    return {};
  }
}

async function prepareCache(context: NxRunContext, env: Env): Promise<Variables> {
  try {
    const { pointNowhere, useDaemon } = await import('./use-daemon.ts');
    if (cachesNothing(context.workspaceRoot, env)) return pointNowhere(env);
    const { variables, trouble } = await useDaemon(context, env);
    if (trouble !== null) warn(`Larder's cache takes no part in this run: ${trouble}`);
    return variables;
  } catch (error) {
    warn(`Larder's cache takes no part in this run: ${describe(error)}`);
    return {};
  }
}

/** Always there: Nx 22.5 and later end the worker of a plugin without it right after `preTasksExecution`. */
export async function postTasksExecution(options: unknown, context: NxResultsContext): Promise<void> {
  if (describeOldNode(process.versions.node) !== null) return;
  const [{ cache, summary }] = parseOptions(options);
  try {
    const { leaveDaemon } = await import('./leave-daemon.ts');
    const { leaveRelay } = await import('./use-daemon.ts');
    const daemon = cache ? await leaveDaemon(context, process.env) : null;
    if (cache) leaveRelay(context, process.env);
    const { recordRun } = await import('./record-run.ts');
    const facts = {
      daemon,
      nowEpochMs: Date.now(),
      durations: isNxDaemon() ? durations : null,
      onUnwritten: warnUnrecorded,
    };
    const record = await recordRun(context, facts);
    const { ignoreStateFolder } = await import('./state-folder.ts');
    ignoreStateFolder(context.workspaceRoot, process.env);
    if (!summary) return;
    const { renderNxSummary } = await import('./render-nx-summary.ts');
    process.stdout.write(renderNxSummary(record, daemon));
  } catch (error) {
    warnUnrecorded(describe(error));
  }
}

function warnUnrecorded(detail: string): void {
  warn(`this run was not recorded: ${detail}`);
}

function warn(text: string): void {
  process.stderr.write(`larder: ${text}\n`);
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
