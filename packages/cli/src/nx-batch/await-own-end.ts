import type { Executor, TaskEnd } from '@larder/core';

/** Between one signal and the next to what Nx ends at once. */
const nextSignalMs = 2_000;

/**
 * Nx 24 ends a run from the leaves of the tree of processes on: those of a task are asked to end, and only when they are gone is
 * the batch that has started them. Our guard is a leaf too, and asked with them: that aborts the batch, a moment before or
 * after the end of a task is known. One that somebody else ended by a signal is therefore over when the batch is, or when
 * it turns out that it goes on; else what was interrupted would be a failure.
 */
export function awaitOwnEnd(executor: Executor, signal: AbortSignal): Executor {
  return {
    name: executor.name,
    describe: (task) => executor.describe(task),
    start: (task, context) => {
      const running = executor.start(task, context);
      const ended = running.ended.then(async (end) => {
        if (wasAskedToEnd(end)) await waitForAbort(signal);
        return end;
      });
      return { ended, ready: running.ready, stop: () => running.stop() };
    },
  };
}

/** By its own end, or by that of what it waited for, which a shell passes on as its code. */
function wasAskedToEnd({ exitCode, detail }: TaskEnd): boolean {
  return [129, 130, 143].includes(exitCode) || /^ended by SIG(?:HUP|INT|TERM)$/.test(detail ?? '');
}

async function waitForAbort(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, nextSignalMs);
  const stopWaiting = (): void => resolve();
  signal.addEventListener('abort', stopWaiting, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', stopWaiting);
}
