import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Executor, RunningTask, SpawnProcess, Task, TaskEnd } from '@larder/core';
import { createSpawnProcess } from '../process/spawn-process.ts';

export interface ExecutedTask {
  readonly running: RunningTask;
  readonly ended: Promise<TaskEnd & { readonly output: string }>;
  /** Resolves when the text has been printed. */
  readonly printed: (text: string) => Promise<void>;
}

/** Executes tasks with real processes in a folder of its own. */
export class ExecutorFixture {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'larder-executor-')));
  readonly #spawn: SpawnProcess = createSpawnProcess({ stopGraceMs: 500, outputDrainMs: 200, guard: null });

  start(executor: Executor, task: Task, env: Readonly<Record<string, string>> = {}): ExecutedTask {
    let output = '';
    const waiting: { readonly text: string; readonly resolve: () => void }[] = [];
    const check = (): void => waiting.forEach(({ text, resolve }) => output.includes(text) && resolve());
    const running = executor.start(task, {
      workspaceRootAbsolute: this.root,
      graph: { projects: new Map(), dependencies: new Map(), externals: noExternals },
      taskGraph: { tasks: new Map(), dependencies: new Map() },
      env: { PATH: process.env.PATH ?? '', ...env },
      spawn: this.#spawn,
      onOutput: (_, chunk) => {
        output += Buffer.from(chunk).toString('utf8');
        check();
      },
    });
    return {
      running,
      ended: running.ended.then((end) => ({ ...end, output })),
      printed: (text) =>
        new Promise((resolve) => {
          waiting.push({ text, resolve });
          check();
        }),
    };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

const noExternals = { packages: new Map(), resolutions: new Map(), globalKey: '' };
