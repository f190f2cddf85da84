import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { startTool, type RunOptions } from './run-larder.ts';

export type WatchEvent = Readonly<Record<string, unknown>> & { readonly type: string; readonly text?: string };

export interface StartedWatch {
  /** Everything that it has said so far. */
  readonly events: readonly WatchEvent[];
  /** Waits for the first event from a position on that is like this; returns the position after it. */
  after(position: number, isWanted: (event: WatchEvent) => boolean): Promise<number>;
  /** The round that ends next, from a position on: what it was for, its outcomes, and the position after it. */
  round(position: number): Promise<WatchedRound>;
  readonly errors: () => string;
  /** Ctrl-C; resolves to the exit code. */
  interrupt(): Promise<number | null>;
}

export interface WatchedRound {
  /** Task -> the path of the reason, or its kind. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly outcomes: Readonly<Record<string, string>>;
  readonly end: number;
}

/** Starts `larder watch` and follows it by its NDJSON. It is killed when the test is over. */
export function startWatch(root: string, args: readonly string[], options: RunOptions = {}): StartedWatch {
  const child = startTool('larder', root, ['watch', ...args, '--output-style', 'ndjson'], options);
  const events: WatchEvent[] = [];
  let stderr = '';
  let wake = Promise.withResolvers<void>();
  let hasEnded = false;
  const exited = once(child, 'close').then(([exitCode]) => exitCode as number | null);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  createInterface({ input: child.stdout! }).on('line', (line) => {
    events.push(JSON.parse(line) as WatchEvent);
    wake.resolve();
    wake = Promise.withResolvers();
  });
  void exited.then(() => {
    hasEnded = true;
    wake.resolve();
  });
  onTestFinished(() => void child.kill('SIGKILL'));

  async function after(position: number, isWanted: (event: WatchEvent) => boolean): Promise<number> {
    for (let next = position; ; next += 1) {
      while (next >= events.length) {
        if (hasEnded) throw new Error(`The watch has ended. ${stderr}`);
        await wake.promise;
      }
      if (isWanted(events[next]!)) return next + 1;
    }
  }

  async function round(position: number): Promise<WatchedRound> {
    const started = await after(position, ({ type }) => type === 'watch-round');
    const end = await after(started, ({ type }) => type === 'run-finished');
    const settled = events.slice(started, end).filter(({ type }) => type === 'task-settled');
    return {
      reasons: describeReasons(events[started - 1]!),
      outcomes: Object.fromEntries(
        settled.map((event) => [event['task'], (event['outcome'] as { kind: string }).kind]),
      ),
      end,
    };
  }

  const interrupt = (): Promise<number | null> => {
    child.kill('SIGINT');
    return exited;
  };
  return { events, after, round, errors: () => stderr, interrupt };
}

function describeReasons(event: WatchEvent): Readonly<Record<string, string>> {
  const tasks = event['tasks'] as Readonly<Record<string, { kind: string; path?: string } | null>>;
  return Object.fromEntries(
    Object.entries(tasks).map(([task, reason]) => [task, reason?.path ?? reason?.kind ?? 'unfinished']),
  );
}
