import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type CacheServer, startCacheServer } from './cache-server.ts';
import { formatResults, type StepResult } from './format-results.ts';
import { makeWorkspace } from './make-workspace.ts';
import { readRunRecord } from './read-run-record.ts';
import { type LarderOptions, runLarder } from './run-larder.ts';
import { listTasks, sampleProjects } from './sample-projects.ts';
import { type DemoStep, steps } from './steps.ts';

// `npm run demo`: the main job from a cold start to a hit from the remote cache, on a workspace made for it.
// `npm run demo -- --keep` leaves the workspace in place.

const repositoryRoot = dirname(dirname(import.meta.dirname));
const keep = process.argv.includes('--keep');

/** Set by a signal; the run in the foreground has had it too, and the clean-up waits for that run. */
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => (interrupted = true));

class StepFailure extends Error {}

async function runStep(step: DemoStep, options: LarderOptions): Promise<StepResult> {
  step.prepare(options.workspace);
  say(`\n=== ${step.title}\n    larder ${step.args.join(' ')}\n`);
  // Beside the workspace: in it, the file would be a change of its own.
  const recordFile = join(dirname(options.workspace), 'run.json');
  const { exitCode, wallMs } = await runLarder([...step.args, `--record=${recordFile}`], options);
  // The interface reads Ctrl-C as a key, and no signal reaches this process.
  if (exitCode === 130) interrupted = true;
  if (exitCode !== 0) throw new StepFailure(`larder ${step.args.join(' ')} ended with exit code ${exitCode}`);
  const figures = readRunRecord(recordFile);
  const mistakes = step.check(figures);
  if (mistakes.length > 0) throw new StepFailure(`${step.title}: ${mistakes.join('; ')}`);
  return { title: step.title, figures, wallMs };
}

async function runSteps(folder: string, server: CacheServer): Promise<void> {
  const workspace = join(folder, 'acme');
  mkdirSync(workspace);
  makeWorkspace(workspace, { repositoryRoot, remoteUrl: server.url });
  say(
    `A workspace of ${sampleProjects.length} projects and ${listTasks().length} tasks, and a cache server at ${server.url}`,
  );
  const results: StepResult[] = [];
  for (const step of steps) {
    if (interrupted) return;
    results.push(await runStep(step, { repositoryRoot, workspace, token: server.token }));
  }
  say(`\n${formatResults(results)}\n`);
}

async function main(): Promise<number> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'larder-demo-')));
  let server: CacheServer | null = null;
  try {
    server = await startCacheServer(repositoryRoot, join(folder, 'storage'));
    await runSteps(folder, server);
    return interrupted ? 130 : 0;
  } catch (error) {
    if (interrupted) return 130;
    if (!(error instanceof StepFailure)) throw error;
    console.error(`\nThe demo failed. ${error.message}`);
    return 1;
  } finally {
    await server?.stop();
    if (keep) say(`Kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function say(text: string): void {
  console.log(text);
}

process.exitCode = await main();
