import type { RunningProcess, SpawnProcess } from '@larder/core';

/**
 * The input of all processes of one task. It stays open as long as they run, because programs such as
 * development servers end with it. Whoever executes the task is given `spawn` in place of the real one.
 */
export class TaskInput {
  readonly spawn: SpawnProcess;
  readonly #running = new Set<RunningProcess>();

  constructor(spawn: SpawnProcess) {
    this.spawn = (request) => {
      const process = spawn({ ...request, input: 'open' });
      this.#running.add(process);
      void process.exited.then(() => this.#running.delete(process));
      return process;
    };
  }

  write(text: string): void {
    for (const process of this.#running) process.write?.(text);
  }
}
