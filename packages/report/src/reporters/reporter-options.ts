import type { CiOutput } from '../ci/annotate-failure.ts';
import type { RunView } from '../view/run-view.ts';

/** How text is laid out. */
export interface TextOptions {
  readonly color: boolean;
  /** Width of the terminal; `Infinity` where nothing may be cut. */
  readonly columns: number;
}

export interface ReporterOptions extends TextOptions {
  /** Shows what is otherwise counted: replayed output of hits in static mode, commands, skipped tasks. */
  readonly verbose: boolean;
  /** Set where the reporter takes over in the middle of a run; the view becomes its own. */
  readonly view?: RunView;
  /** Set in a CI system whose markup is known: groups and annotations. */
  readonly ci?: CiOutput;
}

/** Where a reporter's text goes. Whole lines only; never throws. */
export type WriteText = (text: string) => void;
