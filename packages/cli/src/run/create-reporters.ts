import type { OutputStyle, Reporter, RunEvent, TaskControl } from '@larder/core';
import {
  createLineReporter,
  createStaticReporter,
  initialView,
  reduceView,
  type ReporterOptions,
  type RunView,
} from '@larder/report';
import type { Session } from '../session/open-session.ts';
import { definedEnv } from '../session/spawn-commands.ts';
import type { Terminal } from '../terminal.ts';
import { digest } from '@larder/workspace';
import { createCiOutput } from './create-ci-output.ts';
import { detectAscii } from './detect-ascii.ts';
import { createJobSummaryReporter } from './job-summary-reporter.ts';

export interface RunReporters {
  readonly reporters: readonly Reporter[];
  /** The run as the reporters saw it, for its record. */
  readonly view: () => RunView;
}

export interface ShownOptions {
  readonly style: OutputStyle;
  readonly verbose: boolean;
  /** What the keys of the interactive view act on; absent: on nothing but the view. */
  readonly control?: TaskControl | null;
}

/** The reporter that the style asks for, one that keeps the view for the record, and those of plugins. */
export async function createReporters(
  session: Session,
  terminal: Terminal,
  options: ShownOptions & {
    /** In place of the one that the style asks for. */
    readonly shown?: Reporter;
  },
): Promise<RunReporters> {
  let view = initialView();
  const record: Reporter = {
    onEvent: (event: RunEvent) => {
      view = reduceView(view, event);
    },
    close: async () => {},
  };
  const shown = options.shown ?? (await createShownReporter(session, terminal, options));
  const jobSummary = createJobSummaryReporter(terminal, () => view);
  const reporters = [record, shown, ...jobSummary, ...createPluginReporters(session, terminal)];
  return { reporters, view: () => view };
}

/** The reporter that people or programs follow the run by. */
export async function createShownReporter(
  session: Session,
  terminal: Terminal,
  { style, verbose, control = null }: ShownOptions,
): Promise<Reporter> {
  const write = (text: string): void => void terminal.stdout.write(text);
  const ci = createCiOutput(session, terminal);
  const columns = terminal.stdout.columns ?? Infinity;
  const options: ReporterOptions = { color: terminal.color, columns, verbose, ...(ci === null ? {} : { ci }) };
  return style === 'tui'
    ? createInteractiveReporter(terminal, control, options)
    : createLineReporter(style, write, options);
}

/** The interactive view; when it breaks, plain lines take over where it stopped. */
async function createInteractiveReporter(
  terminal: Terminal,
  control: TaskControl | null,
  options: ReporterOptions,
): Promise<Reporter> {
  const write = (text: string): void => void terminal.stdout.write(text);
  const { startTui } = await import('@larder/tui');
  return startTui({
    stdout: terminal.stdout,
    stdin: terminal.stdin,
    color: options.color,
    ascii: detectAscii(terminal.env, process.platform),
    control,
    clock: { now: () => performance.now(), epochMs: () => Date.now() },
    write,
    onQuit: terminal.abort,
    onError: (_error, view) => createStaticReporter(write, { ...options, view }),
  });
}

function createPluginReporters(session: Session, terminal: Terminal): readonly Reporter[] {
  const context = {
    workspaceRootAbsolute: session.rootAbsolute,
    env: definedEnv(terminal.env),
    configDigest: digest(JSON.stringify(session.config)),
  };
  return session.plugins.flatMap((plugin) => (plugin.reporter === undefined ? [] : [plugin.reporter(context)]));
}
