/**
 * The batch executor `@larder/nx:run`, loaded by Nx in a process that it starts for it: a second way into what the
 * command line is composed of. Nx says which tasks; Larder hashes, restores, executes and stores them.
 */
import { describeOldNode } from '@larder/core';
import { keepCompiledCode } from '../compile-cache.ts';
import { createBatchTerminal } from './batch-terminal.ts';
import type { NxBatchContext, NxBatchStep, NxTaskGraph } from './nx-batch.ts';

export default async function* runBatch(
  batch: NxTaskGraph,
  _inputs: unknown,
  _overrides: unknown,
  context: NxBatchContext,
): AsyncGenerator<NxBatchStep> {
  const oldNode = describeOldNode(process.versions.node);
  if (oldNode !== null) throw new Error(`${oldNode} With "--batch=false" Nx runs these tasks without it.`);
  const terminal = createBatchTerminal(process);
  keepCompiledCode(process.env);
  const { runBatchTasks } = await import('./run-batch-tasks.ts');
  yield* runBatchTasks(batch, context, terminal);
}
