import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpawnRequest } from '@larder/core';
import { afterAll, describe, expect, test } from 'vitest';
import { toTaskEnd } from '../executors/task-end.ts';
import { findPlainCommand } from './plain-command.ts';
import { createSpawnProcess } from './spawn-process.ts';

const directory = realpathSync(mkdtempSync(join(tmpdir(), 'larder-plain-')));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const path = process.env.PATH ?? '';

function requestFor(line: string, request: Partial<SpawnRequest> = {}): SpawnRequest {
  const env = { PATH: path };
  return { command: { kind: 'shell', line }, cwdAbsolute: directory, env, ipc: false, onOutput: () => {}, ...request };
}

const programOf = (line: string, request: Partial<SpawnRequest> = {}): readonly string[] | null => {
  const plain = findPlainCommand(requestFor(line, request), 'linux');
  return plain === null ? null : [plain.file, ...plain.args];
};

describe('which lines need no shell', () => {
  test('a program and words', () => {
    expect(programOf('tsc -b')).toEqual(['tsc', '-b']);
    expect(programOf(' ./node_modules/.bin/esbuild  src/a.ts --define:A=b,c @scope/x --out=dist ')).toEqual([
      './node_modules/.bin/esbuild',
      'src/a.ts',
      '--define:A=b,c',
      '@scope/x',
      '--out=dist',
    ]);
  });

  test.each([
    'a && b',
    'a; b',
    'a | b',
    'a > b',
    'a &',
    'a $B',
    'a `b`',
    'a "b"',
    "a 'b'",
    'a \\b',
    'a *.ts',
    'a [b]',
    'a b?',
    'a ~/b',
    'a {b,c}',
    'a # b',
    'a !b',
    'a\nb',
    'a\tb',
    'a ^b',
    'a %1',
    'ä',
    'A=b c',
    '(a)',
    '',
    ' ',
  ])('not %j, which a shell has to read', (line) => {
    expect(programOf(line)).toBeNull();
  });

  test.each(['echo a', 'cd a', 'exit 7', 'true', 'test -e a', '. ./a', ': a', 'if a', 'time a', 'exec a', 'printf a'])(
    'not %j, which is a command of the shell itself',
    (line) => {
      expect(programOf(line)).toBeNull();
    },
  );

  test('no name that is an exported function of bash', () => {
    expect(programOf('tool a', { env: { PATH: path, 'BASH_FUNC_tool%%': '() { echo; }' } })).toBeNull();
  });

  test('none where the path of programs is left to the shell, or on another platform', () => {
    expect(programOf('tool', { env: {} })).toBeNull();
    expect(findPlainCommand(requestFor('tool'), 'darwin')).toBeNull();
    expect(findPlainCommand(requestFor('tool'), 'win32')).toBeNull();
  });

  test('nothing that bash, where there is one, calls its own', () => {
    const { stdout } = spawnSync('bash', ['-c', 'compgen -bk'], { encoding: 'utf8' });
    const words = (stdout ?? '').split('\n').filter((word) => word !== '');
    expect(words.filter((word) => programOf(word) !== null)).toEqual([]);
  });
});

describe.skipIf(process.platform !== 'linux')('what happens is what happens in a shell', () => {
  const spawnProcess = createSpawnProcess({ stopGraceMs: 300, outputDrainMs: 200, guard: null });

  async function run(line: string, request: Partial<SpawnRequest> = {}): Promise<unknown> {
    const seen = { stdout: '', stderr: '' };
    const onOutput: SpawnRequest['onOutput'] = (stream, chunk) => {
      seen[stream] += Buffer.from(chunk).toString('utf8');
    };
    const { exitCode, signal, spawnError } = await spawnProcess(requestFor(line, { ...request, onOutput })).exited;
    return { exitCode, signal, spawnError, ...seen };
  }

  function runInShell(line: string, { cwdAbsolute, env }: Partial<SpawnRequest> = {}): unknown {
    const { status, signal, stdout, stderr } = spawnSync('/bin/sh', ['-c', line], {
      cwd: cwdAbsolute ?? directory,
      env: env ?? { PATH: path },
      encoding: 'utf8',
    });
    return { exitCode: status, signal, spawnError: null, stdout, stderr };
  }

  function write(name: string, text: string, mode: number): void {
    writeFileSync(join(directory, name), text);
    chmodSync(join(directory, name), mode);
  }

  test.each([
    ['a program that is found by the given PATH', 'node -p process.argv.length'],
    ['an exit code', './fails'],
    ['a program that is missing', 'no-such-program a'],
    ['a file that is missing', './no-such-file'],
    ['a file that may not be executed', './plain.txt'],
    ['a folder', './folder'],
    ['a script that does not say what runs it', './nameless a b'],
    ['a script of an interpreter that is missing', './homeless'],
  ])('%s', async (_, line) => {
    write('fails', '#!/bin/sh\necho out; echo err >&2; exit 7\n', 0o755);
    write('plain.txt', 'text', 0o644);
    write('nameless', 'echo "$# $1 $2"\n', 0o755);
    write('homeless', '#!/no/such/interpreter\n', 0o755);
    mkdirSync(join(directory, 'folder'), { recursive: true });
    expect(await run(line)).toEqual(runInShell(line));
  });

  test('but for an end by a signal, which not every shell hands on: the exit code of the task is the same', async () => {
    write('dies', '#!/bin/sh\nkill -9 $$\n', 0o755);
    const exit = await spawnProcess(requestFor('./dies')).exited;
    expect(exit).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
    const { status, signal } = spawnSync('/bin/sh', ['-c', './dies'], { cwd: directory });
    expect(toTaskEnd(exit).exitCode).toBe(signal === null ? status : 137);
  });

  test('the folder is exported as PWD without links, whatever PWD says outside', async () => {
    mkdirSync(join(directory, 'real'), { recursive: true });
    symlinkSync('real', join(directory, 'link'));
    const request = { cwdAbsolute: join(directory, 'link'), env: { PATH: path } };
    const line = 'node -p process.env.PWD';
    expect(await run(line, request)).toEqual(runInShell(line, request));
    expect(await run(line, request)).toMatchObject({ stdout: `${join(directory, 'real')}\n` });
  });
});
