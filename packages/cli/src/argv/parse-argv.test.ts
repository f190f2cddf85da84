import { expect, test } from 'vitest';
import type { Command } from './command.ts';
import { parseArgv } from './parse-argv.ts';

const options = { version: '1.2.3', columns: 80 };

function commandOf(line: string): Command {
  const parsed = parseArgv(line.split(' '), options);
  if (parsed.kind !== 'command') throw new Error(`not a command: ${JSON.stringify(parsed)}`);
  return parsed.command;
}

test('targets may be separated by spaces or commas', () => {
  const wanted = { run: { targets: ['build', 'test'] } };
  expect(commandOf('run-many -t build test')).toMatchObject(wanted);
  expect(commandOf('run-many -t build,test')).toMatchObject(wanted);
  expect(commandOf('run-many --targets=build,test')).toMatchObject(wanted);
  expect(commandOf('run-many -t build -t test')).toMatchObject(wanted);
});

test('a task as the first word is run', () => {
  expect(commandOf('web:build --skip-cache')).toMatchObject({
    kind: 'run',
    tasks: ['web:build'],
    run: { skipCache: true },
  });
});

test('a name that is no command gets the nearest ones, those of tasks among them', () => {
  expect(parseArgv(['run-may'], options)).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('run-many'),
  });
});

test('a command that was not called is no word of the one that was', () => {
  expect(parseArgv(['run-many', 'affected', '-t', 'build'], options)).toMatchObject({ kind: 'usage' });
});

test('retries are a small whole number, and nobody says means nothing', () => {
  expect(commandOf('web:test --retries 2')).toMatchObject({ run: { retries: 2 } });
  expect(commandOf('web:test --retries=0')).toMatchObject({ run: { retries: 0 } });
  expect(commandOf('web:test')).toMatchObject({ run: { retries: null } });
  for (const wrong of ['11', '-1', 'x', '1.5']) {
    expect(parseArgv(['web:test', `--retries=${wrong}`], options)).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('from 0 to 10'),
    });
  }
});

test('slots are a number, a percentage or auto', () => {
  expect(commandOf('web:test --parallel auto')).toMatchObject({ run: { parallel: 'auto' } });
  expect(parseArgv(['web:test', '--parallel=automatic'], options)).toMatchObject({ kind: 'usage' });
});

test('words after -- are forwarded and not parsed', () => {
  expect(commandOf('run web:test -- --watch -t x')).toMatchObject({
    tasks: ['web:test'],
    run: { args: ['--watch', '-t', 'x'] },
  });
});

test('affected compares with the configured base unless told otherwise', () => {
  expect(commandOf('affected -t build')).toMatchObject({ changes: { kind: 'range', base: null, head: null } });
  expect(commandOf('affected -t build --base origin/main --head HEAD~1')).toMatchObject({
    changes: { kind: 'range', base: 'origin/main', head: 'HEAD~1' },
  });
  expect(commandOf('affected -t build --files a.ts,b.ts')).toMatchObject({
    changes: { kind: 'files', files: ['a.ts', 'b.ts'] },
  });
});

test('an unknown command that no other is like may be a target', () => {
  const named = expect.stringContaining('`larder run-many -t build`') as string;
  expect(parseArgv(['build'], options)).toEqual({ kind: 'usage', message: named });
  const other = expect.not.stringContaining('run-many') as string;
  expect(parseArgv(['wacth'], options)).toEqual({ kind: 'usage', message: other });
  expect(parseArgv(['a`b'], options)).toEqual({ kind: 'usage', message: other });
});

test('targets that are all empty are no targets', () => {
  for (const command of ['run-many', 'affected', 'watch']) {
    expect(parseArgv([command, '-t', ''], options)).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('names no target'),
    });
    expect(commandOf(`${command} -t ,build,`)).toMatchObject({ run: { targets: ['build'] } });
  }
});

test('an unknown command or flag is a usage message that suggests a near name', () => {
  expect(parseArgv(['affectd', '-t', 'build'], options)).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('affected'),
  });
  expect(parseArgv(['run-many', '-t', 'build', '--paralel', '3'], options)).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('--parallel'),
  });
});

test('impossible values say what is allowed', () => {
  expect(parseArgv(['run-many', '-t', 'build', '--parallel', 'many'], options)).toMatchObject({
    kind: 'usage',
    message: expect.stringContaining('percentage'),
  });
});

test('help and version are texts', () => {
  expect(parseArgv(['--version'], options)).toEqual({ kind: 'text', text: '1.2.3\n' });
  expect(parseArgv(['--help'], options)).toMatchObject({
    kind: 'text',
    text: expect.stringContaining('larder affected'),
  });
  expect(parseArgv(['affected', '--help'], options)).toMatchObject({
    kind: 'text',
    text: expect.stringContaining('--uncommitted'),
  });
});

test('every help text fits a screen', () => {
  for (const words of [['--help'], ['run-many', '--help'], ['affected', '--help'], ['cache', '--help']]) {
    const parsed = parseArgv(words, { ...options, columns: 100 });
    const lines = parsed.kind === 'text' ? parsed.text.split('\n') : [];
    expect(lines.length, words.join(' ')).toBeGreaterThan(5);
    expect(lines.length, words.join(' ')).toBeLessThan(48);
  }
});

test('each filter is one flag, whatever commas it holds, and stands by itself', () => {
  expect(commandOf('run-many -t build --filter {./{a,b}} -F !web')).toMatchObject({
    filters: ['{./{a,b}}', '!web'],
    run: { targets: ['build'] },
  });
  expect(commandOf('run-many -t build')).toMatchObject({ filters: [] });
  for (const words of ['affected -t build', 'show projects', 'graph']) {
    expect(commandOf(`${words} -F web... -F !api`)).toMatchObject({ filters: ['web...', '!api'] });
    expect(commandOf(words)).toMatchObject({ filters: [] });
  }
  for (const words of [
    'run-many -t build -p api',
    'affected -t build --exclude api',
    'show projects -p api',
    'graph -p api',
  ]) {
    const both = parseArgv(`${words} --filter web`.split(' '), options);
    expect(both).toMatchObject({ kind: 'usage', message: expect.stringContaining('--filter selects projects') });
  }
});
