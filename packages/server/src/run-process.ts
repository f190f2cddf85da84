import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runCommand } from './command-line/run-command.ts';
import type { Terminal } from './command-line/terminal.ts';
import { defaultServerOptions } from './server-options.ts';

/** After the server's own deadline for draining: whatever still hangs then is given up. */
const graceMs = 5_000;

/** The composition root of `larder-server`: with `main.ts` the only file of this package that touches the process. */
export async function runProcess(): Promise<void> {
  /*
   * The space for young objects stays at its first size. Where it grows, buffers of bodies that nobody needs any more
   * wait longer for the collector: under 200 clients that was 50 MB, and it made nothing faster.
   */
  setFlagsFromString('--semi-space-growth-factor=1');
  process.on('uncaughtException', endWithBug);
  // A reader of the log that goes away must not take the server with it.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  process.exitCode = await runCommand(process.argv.slice(2), openTerminal()).catch(endWithBug);
}

function openTerminal(): Terminal {
  return {
    writeOut: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    epochMs: Date.now,
    currentDirectory: process.cwd(),
    env: process.env,
    version: readVersion(),
    untilStopped,
    onHangUp: (reload) => void process.on('SIGHUP', reload),
  };
}

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isManifest ? String(manifest.version) : 'unknown';
}

/** The first signal asks the server to end in order; a second one ends it at once. */
function untilStopped(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let signals = 0;
  const onSignal = (): void => {
    signals += 1;
    if (signals > 1) process.exit(130);
    setTimeout(() => process.exit(0), defaultServerOptions.timeouts.drainMs + graceMs).unref();
    resolve();
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  return promise;
}

function endWithBug(error: unknown): never {
  process.stderr.write(`larder-server: this is a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(70);
}
