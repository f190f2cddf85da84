import type { RunningProcess, SpawnProcess } from '@larder/core';

/**
 * The input of all processes of one task. Open, it stays so as long as they run, because programs such as
 * development servers end with it; otherwise each of them finds its end at once, because others would wait for it for
 * ever. Whoever executes the task is given `spawn` in place of the real one.
 */
export class TaskInput {
  readonly spawn: SpawnProcess;
  readonly #running = new Set<RunningProcess>();
  #isOpen: boolean;

  constructor(spawn: SpawnProcess, isOpen: boolean) {
    this.#isOpen = isOpen;
    this.spawn = (request) => {
      if (!this.#isOpen) return spawn(request);
      const process = spawn({ ...request, input: 'open' });
      this.#running.add(process);
      void process.exited.then(() => this.#running.delete(process));
      return process;
    };
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** For processes that start from now on. */
  open(): void {
    this.#isOpen = true;
  }

  write(text: string): void {
    for (const process of this.#running) process.write?.(text);
  }

  /** For the processes that run now. */
  end(): void {
    for (const process of this.#running) process.endInput?.();
  }
}
