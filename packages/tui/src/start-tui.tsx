import { render } from 'ink';
import type { Clock, Reporter } from '@larder/core';
import { renderFailures, renderSummary, type RunView } from '@larder/report';
import { App } from './app.tsx';
import { RunStore } from './run-store.ts';

export interface TuiOptions {
  /** A terminal; whoever starts the view has made sure of that. */
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly color: boolean;
  readonly clock: Clock;
  /** Where the summary goes once the terminal's normal screen is back. */
  readonly write: (text: string) => void;
  /** Called for each `q` or Ctrl-C: the first asks for an end, what the next ones do is the caller's decision. */
  readonly onQuit: () => void;
  /**
   * Called at most once, when the view itself breaks: the normal screen is back, and the reporter
   * that is returned gets all further events. The view that was built so far is its own from then on.
   */
  readonly onError: (error: unknown, view: RunView) => Reporter;
}

/**
 * Takes the terminal's alternate screen until `close`, which gives it back and then writes the failed
 * tasks' last output and the summary. Reads keys where the input allows raw mode.
 */
export function startTui(options: TuiOptions): Reporter {
  const { stdout, stdin, color, clock } = options;
  const store = new RunStore(clock, scheduleTimer);
  let fallback: Reporter | null = null;
  const instance = render(<App store={store} color={color} onQuit={options.onQuit} />, {
    stdout,
    stdin,
    exitOnCtrlC: false,
    // It would replace a global, which belongs to the caller.
    patchConsole: false,
    interactive: true,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: 10,
    onRender: ({ renderTime }) => store.noteFrameCost(renderTime),
  });
  const ended = instance.waitUntilExit().catch((error: unknown) => {
    store.close();
    fallback = options.onError(error, store.view);
  });
  return {
    onEvent(event) {
      if (fallback === null) store.onEvent(event);
      else fallback.onEvent(event);
    },
    async close() {
      store.close();
      instance.unmount();
      await ended;
      if (fallback !== null) return fallback.close();
      const text = { color, columns: stdout.columns };
      options.write(renderFailures(store.view, text) + renderSummary(store.view, text));
    },
  };
}

function scheduleTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}
