import type { ContinueMode, Reporter } from '@larder/core';
import { createNxPlugin, findNx, leaveRunPart, prefersBatch, readWishes, wishesName, type RunWishes } from '@larder/nx';
import { describeCacheTrouble, initialView, reduceView, type RunView } from '@larder/report';
import { createRunHasher } from '../run/create-run-hasher.ts';
import { decideRules } from '../run/decide-rules.ts';
import { driveRun } from '../run/drive-run.ts';
import { openRunRecords } from '../run/run-records.ts';
import { writeError, writeOut } from '../session/command-io.ts';
import { openSession, type Session } from '../session/open-session.ts';
import { reportProblems } from '../session/report-problems.ts';
import type { Terminal } from '../terminal.ts';
import { awaitOwnEnd } from './await-own-end.ts';
import { buildBatchGraph, type BatchGraph as BuiltGraph } from './build-batch-graph.ts';
import { decideOutput, type BatchOutput } from './decide-output.ts';
import { hashSettled, tellLaterBatches } from './earlier-batches.ts';
import { LiveOutput } from './live-output.ts';
import type { NxBatchContext, NxBatchStep, NxTaskGraph } from './nx-batch.ts';
import { createOwnEnv } from './own-env.ts';
import { renderStep } from './render-step.ts';
import { ResultCollector } from './result-collector.ts';

/** Runs the tasks of a batch, and yields each when it has settled. Throws where there is nothing that could run. */
export async function* runBatchTasks(
  batch: NxTaskGraph,
  context: NxBatchContext,
  surroundings: Terminal,
): AsyncGenerator<NxBatchStep> {
  const wishes = readWishes(surroundings.env[wishesName]);
  const terminal = { ...surroundings, env: createOwnEnv(surroundings.env, context.root) };
  const session = await open(terminal, context, wishes !== null);
  try {
    const graph = buildBatchGraph(session.graph, context.taskGraph ?? batch, new Set(Object.keys(batch.tasks)));
    if (graph.kind === 'invalid') throw await explain(terminal, graph.problems, session.rootAbsolute);
    const nx = findNx(context.root);
    const showsResults = nx !== null && prefersBatch(nx.version);
    const output = decideOutput(surroundings.env, wishes, showsResults);
    yield* run(session, terminal, { graph, wishes, output, showsResults });
  } finally {
    session.saveState();
  }
}

async function open(terminal: Terminal, { projectGraph }: NxBatchContext, isPartOfRun: boolean): Promise<Session> {
  const isVerbose = terminal.env['NX_VERBOSE_LOGGING'] === 'true';
  const log = (message: string): void => {
    if (isVerbose) void writeError(terminal, `larder: ${message}\n`);
  };
  const opened = await openSession(terminal, {
    log,
    nx: createNxPlugin(projectGraph, { isolated: terminal.env['LARDER_NX_ISOLATE'] === 'true' }),
    isPartOfRun,
  });
  if (opened.kind === 'invalid') throw await explain(terminal, opened.problems, opened.rootAbsolute);
  await reportProblems(terminal, opened.session.warnings, opened.session.rootAbsolute);
  return opened.session;
}

/** Nx prints the message of what a batch executor throws, and fails its tasks. */
async function explain(...[terminal, problems, rootAbsolute]: Parameters<typeof reportProblems>): Promise<Error> {
  await reportProblems(terminal, problems, rootAbsolute);
  return new Error('larder: nothing was run. With NX_BATCH_MODE=false, Nx runs these targets without Larder.');
}

type BatchGraph = Extract<BuiltGraph, { readonly kind: 'built' }>;

interface Batch {
  readonly graph: BatchGraph;
  readonly wishes: RunWishes | null;
  readonly output: BatchOutput;
  /** Whether Nx prints each result itself. */
  readonly showsResults: boolean;
}

async function* run(session: Session, terminal: Terminal, batch: Batch): AsyncGenerator<NxBatchStep> {
  const { graph, wishes } = batch;
  const created = await createRunHasher(session, terminal, graph.known);
  if (created.kind === 'invalid') throw await explain(terminal, created.problems, session.rootAbsolute);
  const { hasher } = created;
  const batches = { session, runId: wishes?.runId ?? null };
  await hashSettled(hasher, graph, batches);
  const records = await openRunRecords(session, terminal);
  const collector = createCollector(terminal, graph, batch.output);
  const viewer = createViewer();
  const skipCache = terminal.env['NX_SKIP_NX_CACHE'] === 'true';
  const continueMode: ContinueMode = wishes?.bail === true ? 'never' : 'dependencies-successful';
  try {
    const running = driveRun(session, terminal, {
      command: describeBatch(graph),
      taskGraph: graph.batch,
      hasher,
      expectedMs: records.expectedMs(graph.batch.tasks.keys()),
      reporters: [collector, viewer.reporter],
      slots: wishes?.parallel ?? session.config.parallel,
      rules: decideRules(session, {
        taskGraph: graph.batch,
        run: { parallel: wishes?.parallel?.toString() ?? null, retries: null },
        expectations: records.expectations(graph.batch.tasks.keys()),
      }),
      continueMode,
      skipCache,
      wrap: (executor) => awaitOwnEnd(executor, terminal.signal),
      skipRemoteCache: skipCache || wishes?.skipRemoteCache === true,
    });
    for await (const step of collector.stepsOf(running)) {
      if (!batch.showsResults) await writeOut(terminal, renderStep(step));
      yield step;
    }
  } finally {
    tellLaterBatches(hasher, graph, batches);
    await keep(session, { view: viewer.view(), records, wishes });
    await reportTroubles(terminal, viewer.view());
    records.close();
  }
}

function createCollector(terminal: Terminal, { batch }: BatchGraph, output: BatchOutput): ResultCollector {
  const live = new LiveOutput({
    form: output.live,
    write: (stream, text) => void terminal[stream].write(text),
    projectOf: (task) => batch.tasks.get(task)?.project ?? task,
  });
  return new ResultCollector({ live, resultsRepeat: output.resultsRepeat });
}

function createViewer(): { readonly reporter: Reporter; readonly view: () => RunView } {
  let view = initialView();
  const onEvent: Reporter['onEvent'] = (event) => {
    view = reduceView(view, event);
  };
  return { reporter: { onEvent, close: async () => {} }, view: () => view };
}

function describeBatch({ batch }: BatchGraph): string {
  const targets = new Set([...batch.tasks.values()].map(({ target }) => target));
  return `nx (batch) ${[...targets].join(' ')}`;
}

/** Where the hooks of the plugin take part they record the whole run, of which this is a part. */
async function keep(
  session: Session,
  facts: {
    readonly view: RunView;
    readonly records: Awaited<ReturnType<typeof openRunRecords>>;
    readonly wishes: RunWishes | null;
  },
): Promise<void> {
  const { view, records, wishes } = facts;
  if (wishes === null) return records.keep(view, { recordFile: null, profileFile: null });
  const record = await records.describe(view);
  if (record !== null) leaveRunPart(session.rootAbsolute, wishes.runId, record);
}

async function reportTroubles(terminal: Terminal, { troubles }: RunView): Promise<void> {
  for (const { code, count, firstDetail, firstTask } of troubles.values()) {
    const { title } = describeCacheTrouble(code);
    const where = firstTask === null ? '' : `${firstTask}: `;
    const times = count === 1 ? '' : ` (${count} times)`;
    await writeError(terminal, `larder: ${title}${times}: ${where}${firstDetail}\n`);
  }
}
