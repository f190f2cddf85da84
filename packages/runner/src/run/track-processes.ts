import type { RunningProcess, SpawnProcess } from '@larder/core';

export interface TrackedProcesses {
  readonly spawn: SpawnProcess;
  /** Ends every process tree that was started and still runs, whoever started it. Resolves when they are gone. */
  readonly stopAll: () => Promise<void>;
}

/** No process outlives the run that started it, even where an executor forgets about one. */
export function trackProcesses(spawn: SpawnProcess): TrackedProcesses {
  const running = new Set<RunningProcess>();
  return {
    spawn: (request) => {
      const process = spawn(request);
      running.add(process);
      void process.exited.then(() => running.delete(process));
      return process;
    },
    stopAll: async () => {
      await Promise.all([...running].map((process) => process.stop()));
    },
  };
}
