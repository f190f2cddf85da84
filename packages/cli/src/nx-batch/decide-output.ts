import type { RunWishes } from '@larder/nx';

type Env = Readonly<Record<string, string | undefined>>;

/** How what tasks print reaches the person. */
export interface BatchOutput {
  /** While they run: nothing, whole lines behind the name of the project, or whatever comes. */
  readonly live: 'nothing' | 'lines' | 'everything';
  /** Whether results hold what has been shown live. Nx prints what they hold. */
  readonly resultsRepeat: boolean;
}

const inResults: BatchOutput = { live: 'nothing', resultsRepeat: true };

/**
 * Where Nx shows results by itself (`showsResults`) it says in the environment what it wants: its terminal interface has a
 * pane for the batch beside those of tasks, and a style that streams turns into two variables. Earlier versions set those
 * for every batch; there counts what was asked for on the command line.
 */
export function decideOutput(env: Env, wishes: RunWishes | null, showsResults: boolean): BatchOutput {
  if (showsResults && env['NX_TUI'] === 'true') return { live: 'lines', resultsRepeat: true };
  if (showsResults || wishes === null) {
    if (env['NX_STREAM_OUTPUT'] !== 'true') return inResults;
    return { live: env['NX_PREFIX_OUTPUT'] === 'true' ? 'lines' : 'everything', resultsRepeat: false };
  }
  if (wishes.outputStyle === 'stream') return { live: 'lines', resultsRepeat: false };
  if (wishes.outputStyle === 'stream-without-prefixes') return { live: 'everything', resultsRepeat: false };
  return inResults;
}
