import type { JsonObject } from '@larder/core';
import { createTask } from '@larder/core/fixtures';
import { expect, test } from 'vitest';
import { understandsRunCommands } from './understands-run-commands.ts';

const understands = (options: JsonObject, args: readonly string[] = []): boolean =>
  understandsRunCommands(createTask('web:go', { options, args }));

test.each<[string, JsonObject, readonly string[]]>([
  ['one command', { command: 'build', cwd: 'web', env: { A: '1' }, color: true }, []],
  ['several, told apart', { commands: [{ command: 'a', prefix: 'a' }, 'b'] }, []],
  ['several in a row', { commands: ['a', 'b'], parallel: false }, []],
  ['a text to wait for', { command: 'serve', readyWhen: 'listening' }, []],
  ['options that become arguments', { command: 'a', level: 2, name: 'größe two' }, []],
  ['arguments', { command: 'a', args: '--x "$HOME"' }, ['--name=a b', 'src/x.ts']],
  ['named arguments', { command: 'a {args.one} {args.two}', args: '--one=12 --two=./x' }, []],
])('%s runs here', (_, options, args) => {
  expect(understands(options, args)).toBe(true);
});

test.each<[string, JsonObject, readonly string[]]>([
  ['no command', {}, []],
  ['a file of variables, in which some may refer to others', { command: 'a', envFile: '.env.x' }, []],
  [
    'prefixes of commands in a row, which are an error',
    { commands: [{ command: 'a', prefix: 'a' }], parallel: false },
    [],
  ],
  ['both kinds of tokens, which are an error', { command: 'a {args} {args.x}' }, []],
  ['a token that is no name', { command: "a {args.x ?? 'y'}" }, []],
  ['a path as the name of an argument', { command: 'a {args.x}', args: '--x.y=1' }, []],
  ['a value that is a number written otherwise', { command: 'a {args.x}', args: '--x=007' }, []],
  ['a value given twice', { command: 'a {args.x}', args: '--x=1 --x=2' }, []],
  ['a value apart from its name', { command: 'a {args.x}', args: '--x 1' }, []],
  ['an option that the arguments name, too', { command: 'a', flavour: 'x', args: '--flavour=y' }, []],
  ['an argument that sets an option', { command: 'a' }, ['--cwd=web']],
  ['an argument that sets a part of one', { command: 'a' }, ['--env.A=1']],
  ['an argument that the shell would look into', { command: 'a' }, ['--x=$HOME']],
  ['an empty argument', { command: 'a' }, ['']],
])('%s is left to Nx', (_, options, args) => {
  expect(understands(options, args)).toBe(false);
});
