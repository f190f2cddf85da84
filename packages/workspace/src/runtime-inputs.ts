import type { SpawnProcess } from '@larder/core';

export type RuntimeInput =
  | { readonly kind: 'output'; readonly text: string }
  /** It did not start, did not end in time, said too much or ended with another code than 0. */
  | { readonly kind: 'failed'; readonly detail: string };

export interface RuntimeInputOptions {
  /** The workspace root. */
  readonly cwdAbsolute: string;
  readonly env: Readonly<Record<string, string>>;
  readonly spawn: SpawnProcess;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const maxConcurrent = 8;
const maxOutputSizeBytes = 1024 * 1024;
const maxDetailLength = 500;

/**
 * Runs the commands whose output is an input of tasks, each once, in a shell, a few at a time. The text is what they
 * print on stdout, then on stderr, trimmed, with `\n` as the end of lines. Rejects only when the signal aborts.
 */
export async function readRuntimeInputs(
  commands: Iterable<string>,
  options: RuntimeInputOptions,
): Promise<ReadonlyMap<string, RuntimeInput>> {
  const waiting = [...new Set(commands)];
  const results = new Map<string, RuntimeInput>(waiting.map((command) => [command, notRun]));
  const runNext = async (): Promise<void> => {
    for (let command = waiting.shift(); command !== undefined; command = waiting.shift()) {
      results.set(command, await runCommand(command, options));
    }
  };
  await Promise.all(Array.from({ length: Math.min(maxConcurrent, waiting.length) }, runNext));
  return results;
}

const notRun: RuntimeInput = { kind: 'failed', detail: 'it was not run' };

async function runCommand(line: string, options: RuntimeInputOptions): Promise<RuntimeInput> {
  const { signal, timeoutMs } = options;
  signal.throwIfAborted();
  const output = new BoundedOutput();
  let stopReason: string | null = null;
  let stopping = Promise.resolve();
  const running = options.spawn({
    command: { kind: 'shell', line },
    cwdAbsolute: options.cwdAbsolute,
    env: options.env,
    ipc: false,
    onOutput: (stream, chunk) => {
      if (!output.add(stream, chunk)) stop(`it printed more than ${maxOutputSizeBytes} bytes`);
    },
  });
  const stop = (reason: string): void => {
    if (stopReason !== null) return;
    stopReason = reason;
    stopping = running.stop();
  };
  const onAbort = () => stop('aborted');
  const timer = setTimeout(() => stop(`it took more than ${timeoutMs / 1000} seconds`), timeoutMs);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const { exitCode, spawnError } = await running.exited;
    // Processes that it started outlive it for a while.
    await stopping;
    signal.throwIfAborted();
    if (spawnError !== null) return { kind: 'failed', detail: spawnError };
    if (stopReason !== null) return { kind: 'failed', detail: stopReason };
    if (exitCode === 0) return { kind: 'output', text: output.text() };
    return { kind: 'failed', detail: describeExit(exitCode, output.text()) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function describeExit(exitCode: number | null, text: string): string {
  const how = exitCode === null ? 'it was ended by a signal' : `it ended with code ${exitCode}`;
  return text === '' ? how : `${how}: ${text.slice(-maxDetailLength)}`;
}

/** Keeps the two streams apart: how they interleave differs from run to run. */
class BoundedOutput {
  readonly #chunks: Record<'stdout' | 'stderr', Uint8Array[]> = { stdout: [], stderr: [] };
  #sizeBytes = 0;

  /** False where it is too much; then nothing more is kept. */
  add(stream: 'stdout' | 'stderr', chunk: Uint8Array): boolean {
    this.#sizeBytes += chunk.byteLength;
    if (this.#sizeBytes > maxOutputSizeBytes) return false;
    this.#chunks[stream].push(chunk);
    return true;
  }

  text(): string {
    const texts = [this.#chunks.stdout, this.#chunks.stderr].map((chunks) =>
      Buffer.concat(chunks).toString('utf8').replaceAll('\r\n', '\n').trim(),
    );
    return texts.filter((text) => text !== '').join('\n');
  }
}
