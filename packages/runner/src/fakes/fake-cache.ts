import type { ExecutionResult, RestoreResult, StoreResult, Task, TaskCache, TaskHash } from '@larder/core';

/** A cache in memory, where the test says what is where. */
export class FakeCache implements TaskCache {
  /** Outputs of these are on disk already. */
  readonly inPlace = new Set<string>();
  readonly entries = new Map<TaskHash, ExecutionResult>();
  readonly log: string[] = [];
  from: 'local' | 'remote' = 'local';
  onStore: (task: Task) => Promise<void> = () => Promise.resolve();
  onStored: (task: Task) => void = () => {};
  onRestore: (task: Task, signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  onDrain: () => Promise<void> = () => Promise.resolve();

  lookup(hash: TaskHash): ReturnType<TaskCache['lookup']> {
    const entry = this.entries.get(hash);
    return Promise.resolve(entry === undefined ? { kind: 'miss' } : { kind: 'hit', where: this.from, sizeBytes: 1 });
  }

  async restore(task: Task, hash: TaskHash, signal: AbortSignal): Promise<RestoreResult> {
    await this.onRestore(task, signal);
    const entry = this.entries.get(hash);
    this.log.push(`${entry === undefined ? 'miss' : 'hit'} ${task.id}`);
    if (entry === undefined) return { kind: 'miss' };
    const kind = this.inPlace.has(task.id) ? 'up-to-date' : 'restored';
    const { terminalOutput, durationMs: executionMs } = entry;
    return { kind, from: this.from, terminalOutput, executionMs, sizeBytes: 1 };
  }

  async store(task: Task, hash: TaskHash, result: ExecutionResult): Promise<StoreResult> {
    await this.onStore(task);
    const publish = async (): Promise<void> => {
      if ((await result.confirmed) === false) return;
      this.log.push(`store ${task.id}`);
      this.entries.set(hash, result);
      this.onStored(task);
    };
    return { kind: 'stored', sizeBytes: result.terminalOutput.length, published: publish() };
  }

  drain(): Promise<void> {
    this.log.push('drain');
    return this.onDrain();
  }
}
