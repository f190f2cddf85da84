import type { TaskId } from '../ids.ts';

/** How a task ended. Every planned task settles exactly once per run, unless a person has it executed again. */
export type TaskOutcome =
  /** More attempts than one: it failed and passed when it was tried again. The duration is that of all attempts. */
  | { readonly kind: 'executed'; readonly durationMs: number; readonly attempts: number }
  | { readonly kind: 'restored'; readonly from: 'local' | 'remote'; readonly savedMs: number }
  | { readonly kind: 'up-to-date'; readonly savedMs: number }
  | {
      readonly kind: 'failed';
      readonly exitCode: number;
      readonly durationMs: number;
      readonly attempts: number;
      /** Set where no process ran or ended by itself: the reason in words. */
      readonly detail?: string;
      /** Why it was not tried again, where it might have been. */
      readonly notRetried?: string;
    }
  | { readonly kind: 'skipped'; readonly failedDependency: TaskId }
  | { readonly kind: 'cancelled' };

export type OutcomeKind = TaskOutcome['kind'];

export type ContinueMode = 'never' | 'dependencies-successful' | 'always';

export function isSuccess(outcome: TaskOutcome): boolean {
  return outcome.kind === 'executed' || outcome.kind === 'restored' || outcome.kind === 'up-to-date';
}
