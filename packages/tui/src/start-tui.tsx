import { render } from 'ink';
import type { Clock, Reporter, TaskControl } from '@larder/core';
import { renderFailures, renderSummary, type RunView } from '@larder/report';
import { App } from './app.tsx';
import { FramePacer } from './frame-pacer.ts';
import { drawFrame } from './panes/draw-frame.ts';
import type { Size } from './panes/layout.ts';
import { RunStore } from './run-store.ts';
import type { Snapshot } from './snapshot.ts';
import type { UiState } from './state/ui-state.ts';
import { Canvas } from './terminal/canvas.ts';
import { UiStore } from './ui-store.ts';

export interface TuiOptions {
  /** A terminal; whoever starts the view has made sure of that. */
  readonly stdout: NodeJS.WriteStream;
  readonly stdin: NodeJS.ReadStream;
  readonly color: boolean;
  /** Draws with ASCII alone, for terminals that know nothing else. */
  readonly ascii: boolean;
  readonly clock: Clock;
  /** Lets keys stop, restart and write to tasks; null where the run has no means for it. */
  readonly control: TaskControl | null;
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

/** How long a view that broke may take to give the terminal back. */
const farewellMs = 250;

/**
 * Takes the terminal's alternate screen until `close`, which gives it back and then writes the failed
 * tasks' last output and the summary. Reads keys where the input allows raw mode.
 */
export function startTui(options: TuiOptions): Reporter {
  const { stdout, stdin, color, ascii, clock, control, onQuit } = options;
  const run = new RunStore(clock, scheduleTimer);
  const canvas = new Canvas(stdout, (error) => ui.fail(error));
  const forget = (): void => canvas.forget();
  const ui = new UiStore({ view: () => run.view, control, onQuit, onRedraw: forget });
  const pacer = new FramePacer(clock, scheduleTimer);
  const paint = (snapshot: Snapshot, state: UiState, size: Size): void => {
    const startedAt = clock.now();
    try {
      canvas.draw(drawFrame(snapshot, state, { size, color, ascii }));
    } catch (error) {
      // Ink needs the terminal for its own end. Where it is the terminal that failed that never comes.
      scheduleTimer(() => fallOver(error), farewellMs);
      throw error;
    }
    run.noteFrameCost(clock.now() - startedAt);
  };
  // Before Ink's own listener, so that the frame after it is a whole one.
  stdout.on('resize', forget);
  const instance = render(<App run={run} ui={ui} pacer={pacer} paint={paint} />, {
    stdout,
    stdin,
    exitOnCtrlC: false,
    // It would replace a global, which belongs to the caller.
    patchConsole: false,
    interactive: true,
    alternateScreen: true,
    isScreenReaderEnabled: false,
  });
  const release = (): void => {
    run.close();
    pacer.close();
    canvas.close();
    stdout.off('resize', forget);
  };
  let fallback: Reporter | null = null;
  const broken = Promise.withResolvers<void>();
  const fallOver = (error: unknown): void => {
    if (fallback !== null) return;
    release();
    fallback = options.onError(error, run.view);
    broken.resolve();
  };
  const ended = Promise.race([instance.waitUntilExit().catch(fallOver), broken.promise]);
  return {
    onEvent(event) {
      if (fallback !== null) return fallback.onEvent(event);
      try {
        run.onEvent(event);
      } catch (error) {
        ui.fail(error);
      }
    },
    async close() {
      release();
      instance.unmount();
      await ended;
      if (fallback !== null) return fallback.close();
      const text = { color, columns: stdout.columns };
      options.write(renderFailures(run.view, text) + renderSummary(run.view, text));
    },
  };
}

function scheduleTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}
