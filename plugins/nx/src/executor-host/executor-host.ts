/**
 * Runs in a process of its own: executes Nx executors for Larder, one task after the other, as nx's `run-executor` does
 * for one. Nx and the executor are loaded once; environment and working directory are set anew for each task.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { HostAnswer, HostRequest } from './host-messages.ts';

interface NxRun {
  run(
    cwd: string,
    root: string,
    target: object,
    overrides: object,
    isVerbose: boolean,
    taskGraph: unknown,
  ): Promise<number>;
}

/** What is there in a process that only waits for messages, or comes and goes by itself. */
const harmless = new Set(['PipeWrap', 'TTYWrap', 'FSReqPromise', 'FSReqCallback', 'TickObject', 'Immediate']);

process.on('message', (request: HostRequest) => void serve(request));

async function serve(request: HostRequest): Promise<void> {
  prepare(request);
  const exitCode = await execute(request);
  await Promise.all([writeMark(process.stdout, request.mark), writeMark(process.stderr, request.mark)]);
  const isClean = process.getActiveResourcesInfo().every((resource) => harmless.has(resource));
  process.send?.({ exitCode, isClean } satisfies HostAnswer);
}

function prepare({ rootAbsolute, env }: HostRequest): void {
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env, { NX_CLI_SET: 'true' });
  process.chdir(rootAbsolute);
  process.exitCode = undefined;
}

async function execute({ rootAbsolute, targetDescription, overrides, taskGraph }: HostRequest): Promise<number> {
  try {
    const { run } = createRequire(join(rootAbsolute, 'package.json'))('nx/src/command-line/run/run') as NxRun;
    return await run(rootAbsolute, rootAbsolute, targetDescription, overrides, false, taskGraph);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 1;
  }
}

function writeMark(stream: NodeJS.WriteStream, mark: string): Promise<void> {
  return new Promise((resolve) => {
    stream.write(mark, () => resolve());
  });
}
