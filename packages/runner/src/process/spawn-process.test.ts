import { mkdtempSync, realpathSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningProcess, SpawnRequest } from '@larder/core';
import { afterAll, describe, expect, test } from 'vitest';
import { readProcessTable } from './process-table.ts';
import { createSpawnProcess } from './spawn-process.ts';

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'larder-spawn-')));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const spawnProcess = createSpawnProcess({ stopGraceMs: 300, outputDrainMs: 200, guard: null });
const env = { PATH: process.env.PATH ?? '' };
const node = (script: string): SpawnRequest['command'] => ({
  kind: 'exec',
  file: process.execPath,
  args: ['-e', script],
});
const shell = (line: string): SpawnRequest['command'] => ({ kind: 'shell', line });

interface Started {
  readonly process: RunningProcess;
  readonly output: () => string;
  readonly bytes: () => number;
  /** Resolves when the text has appeared. */
  readonly printed: (text: string) => Promise<void>;
}

function start(command: SpawnRequest['command'], request: Partial<SpawnRequest> = {}): Started {
  const chunks: Uint8Array[] = [];
  const waiting: { text: string; resolve: () => void }[] = [];
  const output = (): string => Buffer.concat(chunks).toString('utf8');
  const check = (): void => waiting.forEach(({ text, resolve }) => output().includes(text) && resolve());
  const onOutput = (_: string, chunk: Uint8Array): void => {
    chunks.push(chunk);
    check();
  };
  return {
    process: spawnProcess({ command, cwdAbsolute: directory, env, ipc: false, onOutput, ...request }),
    output,
    bytes: () => chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    printed: (text) =>
      new Promise((resolve) => {
        waiting.push({ text, resolve });
        check();
      }),
  };
}

const isRunning = (pid: number): boolean =>
  (readProcessTable() ?? []).some((facts) => facts.pid === pid && !facts.zombie);
const pidsIn = (text: string): readonly number[] => [...text.matchAll(/pid=(\d+)/g)].map((match) => Number(match[1]));

describe('how a process ends', () => {
  test('an exit code arrives as it is', async () => {
    await expect(start(shell('exit 7')).process.exited).resolves.toMatchObject({
      exitCode: 7,
      signal: null,
      spawnError: null,
    });
  });

  test('a signal arrives by its name', async () => {
    const exit = await start(node('process.kill(process.pid, "SIGUSR2")')).process.exited;
    expect(exit).toMatchObject({ exitCode: null, signal: 'SIGUSR2', spawnError: null });
  });

  test('a missing program is a value that names it', async () => {
    const exit = await start({ kind: 'exec', file: 'no-such-program', args: [] }).process.exited;
    expect(exit.spawnError).toBe('the program no-such-program was not found (ENOENT)');
  });

  test('a missing folder is not blamed on the program', async () => {
    const exit = await start(shell('true'), { cwdAbsolute: join(directory, 'gone') }).process.exited;
    expect(exit.spawnError).toBe(`the folder ${join(directory, 'gone')} does not exist (ENOENT)`);
  });

  test('a file that is not executable is a value', async () => {
    const file = join(directory, 'plain.txt');
    writeFileSync(file, 'text');
    chmodSync(file, 0o644);
    const exit = await start({ kind: 'exec', file, args: [] }).process.exited;
    expect(exit.spawnError).toContain('may not be executed');
  });

  test('arguments that are too long are a value', async () => {
    const exit = await start({ kind: 'exec', file: '/bin/true', args: ['x'.repeat(4_000_000)] }).process.exited;
    expect(exit.spawnError).toContain('too long');
  });

  test('a NUL in an argument is a value', async () => {
    const exit = await start(shell('echo \0')).process.exited;
    expect(exit.spawnError).not.toBeNull();
  });

  test('stop after the end does nothing', async () => {
    const { process } = start(shell('true'));
    await process.exited;
    await expect(process.stop()).resolves.toBeUndefined();
  });
});

describe('what a process gets and gives', () => {
  test('the environment is the given one and nothing else', async () => {
    const { process, output } = start(shell('/usr/bin/env'), { env: { ONLY: 'this' } });
    await process.exited;
    const names = output()
      .trim()
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name ?? ''))).toEqual(['ONLY']);
  });

  test('standard input is empty, so that nothing waits for a person', async () => {
    const { process, output } = start(shell('cat; echo done'));
    await process.exited;
    expect(output()).toBe('done\n');
  });

  test('all bytes have arrived when the end is known', async () => {
    const { process, bytes } = start(node('process.stdout.write(Buffer.alloc(5_000_000, 97))'));
    await process.exited;
    expect(bytes()).toBe(5_000_000);
  });

  test('messages go both ways', async () => {
    const { process } = start(
      node('process.on("message", (m) => { process.send({ got: m }); process.disconnect(); })'),
      {
        ipc: true,
      },
    );
    const answer = new Promise((resolve) => process.onMessage(resolve));
    process.send({ hello: 'ünicode' });
    await expect(answer).resolves.toEqual({ got: { hello: 'ünicode' } });
    await expect(process.exited).resolves.toMatchObject({ exitCode: 0 });
  });

  test('a message to a process that has ended is lost without trouble', async () => {
    const { process } = start(node(''), { ipc: true });
    await process.exited;
    expect(() => process.send('late')).not.toThrow();
  });
});

describe('background processes', () => {
  test('one that keeps the pipe open delays the end no longer than the drain time', async () => {
    const { process, output } = start(shell('sleep 60 & echo pid=$!; exit 3'));
    await expect(process.exited).resolves.toMatchObject({ exitCode: 3 });
    const [background = 0] = pidsIn(output());
    expect(isRunning(background)).toBe(true);
    globalThis.process.kill(background, 'SIGKILL');
  });
});

describe.runIf(process.platform === 'linux')('stop', () => {
  const stubborn = 'process.on("SIGTERM",()=>{});process.on("SIGHUP",()=>{});setInterval(()=>{},1000)';

  test('ends a shell, its child, and a grandchild that ignores SIGTERM', async () => {
    const script = `console.log("pid="+process.pid);${stubborn}`;
    const line = `echo pid=$$; ${process.execPath} -e '${script}' & ${process.execPath} -e '${script};console.log("up")'; wait`;
    const { process: running, printed, output } = start(shell(line));
    await printed('up');
    const pids = pidsIn(output());
    await running.stop();
    expect(pids.length).toBeGreaterThanOrEqual(2);
    expect(pids.filter(isRunning)).toEqual([]);
    await expect(running.exited).resolves.toMatchObject({ exitCode: null });
  });

  test('a process that ends on request is given the time for it', async () => {
    const {
      process: running,
      printed,
      output,
    } = start(
      node(
        'process.on("SIGTERM",()=>{console.log("tidied up");process.exit(0)});console.log("up");setInterval(()=>{},1000)',
      ),
    );
    await printed('up');
    await running.stop();
    expect(output()).toContain('tidied up');
    await expect(running.exited).resolves.toMatchObject({ exitCode: 0 });
  });

  test('ends a child in a session of its own, whose parent ends at once', async () => {
    const child = `console.log("pid="+process.pid);${stubborn};console.log("up")`;
    const {
      process: running,
      printed,
      output,
    } = start(
      node(
        `require("child_process").spawn(process.execPath,["-e",${JSON.stringify(child)}],{detached:true,stdio:"inherit"});setInterval(()=>{},1000)`,
      ),
    );
    await printed('up');
    await running.stop();
    expect(pidsIn(output()).filter(isRunning)).toEqual([]);
  });

  test('ends a process that is suspended', async () => {
    const { process: running, printed, output } = start(shell('echo pid=$$; kill -STOP $$; echo went on'));
    await printed('pid=');
    await running.stop();
    expect(pidsIn(output()).filter(isRunning)).toEqual([]);
  });

  test('in the middle of endless output leaves nothing behind and delivers nothing afterwards', async () => {
    const { process: running, printed, bytes } = start(shell('echo up; exec yes'));
    await printed('up');
    await running.stop();
    const atTheEnd = bytes();
    await new Promise((resolve) => setImmediate(resolve));
    expect(bytes()).toBe(atTheEnd);
    await expect(running.exited).resolves.toMatchObject({ signal: 'SIGTERM' });
  });

  test('twice is once', async () => {
    const { process: running, printed } = start(shell('echo up; exec sleep 60'));
    await printed('up');
    expect(running.stop()).toBe(running.stop());
    await running.stop();
  });
});

describe('the standard input', () => {
  test('is empty where nothing else is asked for', async () => {
    const { process: child, output } = start(shell('cat; echo over'));
    await child.exited;
    child.write?.('late\n');
    expect(output()).toBe('over\n');
  });

  test('takes what is written to it as long as the process runs', async () => {
    const {
      process: child,
      output,
      printed,
    } = start(shell('read line; echo "got $line"; exec cat'), { input: 'open' });
    child.write?.('first\n');
    await printed('got first');
    child.write?.('second\n');
    await printed('second');
    expect(output()).toBe('got first\nsecond\n');
    await child.stop();
    child.write?.('nobody reads this\n');
  });

  test('that nobody reads hurts nobody', async () => {
    const { process: child } = start(shell('exec 0<&-; exit 0'), { input: 'open' });
    child.write?.('x'.repeat(100_000));
    await expect(child.exited).resolves.toMatchObject({ exitCode: 0 });
  });
});
