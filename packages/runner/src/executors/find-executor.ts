import type { Executor } from '@larder/core';

export type FoundExecutor =
  | { readonly kind: 'found'; readonly executor: Executor }
  | { readonly kind: 'unknown-executor'; readonly name: string };

/** The executor of exactly that name, else the one that takes all that nobody else does (`*`). The first listed wins. */
export function findExecutor(executors: readonly Executor[], name: string): FoundExecutor {
  const executor =
    executors.find((candidate) => candidate.name === name) ?? executors.find((candidate) => candidate.name === '*');
  return executor === undefined ? { kind: 'unknown-executor', name } : { kind: 'found', executor };
}
