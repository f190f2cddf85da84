import type { Reporter } from '@larder/core';
import {
  createCiMarkup,
  createLineReporter,
  detectCiProvider,
  initialView,
  reduceView,
  renderSummary,
  type ReporterOptions,
  type RunView,
} from '@larder/report';
import { chooseOutputStyle } from '../run/choose-output-style.ts';
import type { Terminal } from '../terminal.ts';
import type { RecalledRun } from './run-memo.ts';

export interface RecallReporters {
  readonly reporters: readonly Reporter[];
  readonly view: () => RunView;
  readonly text: () => string;
}

export type EpochClock = () => number;

/** The reporters of the style that the run would have; nobody watches an interactive view that is over at once. */
export function createRecallReporters(terminal: Terminal, memo: RecalledRun, epochMs: EpochClock): RecallReporters {
  let view = initialView();
  const texts: string[] = [];
  const record: Reporter = {
    onEvent: (event) => {
      view = reduceView(view, event);
    },
    close: async () => {},
  };
  const shown = createShown(terminal, memo, { write: (text) => texts.push(text), view: () => view, epochMs });
  return { reporters: [record, shown], view: () => view, text: () => texts.join('') };
}

interface Sink {
  readonly write: (text: string) => void;
  readonly view: () => RunView;
  readonly epochMs: EpochClock;
}

function createShown(terminal: Terminal, memo: RecalledRun, { write, view, epochMs }: Sink): Reporter {
  const provider = detectCiProvider(terminal.env);
  const columns = terminal.stdout.columns ?? Infinity;
  const text = { color: terminal.color, columns };
  // Nothing failed, so that no file has to be found.
  const ci = provider && { markup: createCiMarkup(provider), locate: () => null, epochMs };
  const options: ReporterOptions = { ...text, verbose: memo.verbose, ...(ci === null ? {} : { ci }) };
  const wishes = { flag: memo.outputStyle, configured: null, taskCount: memo.tasks.length };
  const style = chooseOutputStyle(terminal, wishes);
  if (style !== 'tui') return createLineReporter(style, write, options);
  return {
    onEvent: (event) => {
      if (event.type === 'run-finished') write(renderSummary(view(), text));
    },
    close: async () => {},
  };
}
