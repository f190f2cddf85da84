import type { Attempts } from './attempts.ts';

export interface ReadinessSteps {
  /** Whether anybody still wants to know. */
  readonly counts: () => boolean;
  readonly haveStarted: () => void;
  readonly becomeReady: () => void;
}

/**
 * Takes the steps of a continuous task when they come. An executor whose readiness breaks has a task that
 * never becomes ready; its end says the rest. Rejects where a step throws.
 */
export async function followReadiness({ running, checked }: Attempts, steps: ReadinessSteps): Promise<void> {
  const take = (act: () => void) => (): void => {
    if (steps.counts()) act();
  };
  await Promise.all([
    running.ready.then(take(steps.haveStarted), () => {}),
    Promise.all([running.ready, checked]).then(take(steps.becomeReady), () => {}),
  ]);
}
