import { createSpawnProcess } from '@larder/runner';
import { expect, test } from 'vitest';
import { saysTheSame } from './ask-commands.ts';
import { describeOutputs } from './command-outputs.ts';

const { PATH } = process.env;
const spawn = createSpawnProcess({ stopGraceMs: 300, outputDrainMs: 200, guard: null });

/** Whether these commands are believed to say what they said, in a workspace of which only the environment is looked at. */
function isSaid(outputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const terminal = { env: { ...env, PATH }, signal: new AbortController().signal };
  const place = { rootAbsolute: import.meta.dirname, spawn };
  return saysTheSame(terminal, describeOutputs(new Map(Object.entries(outputs))), place);
}

test('commands that print what they printed say the same, each from the root of the workspace', async () => {
  expect(await isSaid({ 'echo one': 'one', 'cat ask-commands.test.ts | head -c 6': 'import' })).toBe(true);
});

test.each([
  ['prints something else', { 'echo one': 'one', 'echo two': 'deux' }],
  ['prints nothing any more', { true: 'one' }],
  ['fails, whatever it prints', { 'echo one; exit 3': 'one' }],
  ['is not there', { 'no-such-program-at-all': '' }],
])('one command that %s is enough for another answer', async (_name, outputs) => {
  expect(await isSaid(outputs)).toBe(false);
});

test('commands see the environment of this run, not of the one that is remembered', async () => {
  expect(await isSaid({ 'echo "$MODE"': 'dev' }, { MODE: 'dev' })).toBe(true);
  expect(await isSaid({ 'echo "$MODE"': 'dev' }, { MODE: 'prod' })).toBe(false);
});

test('an interrupt ends the question', async () => {
  const terminal = { env: { PATH }, signal: AbortSignal.abort() };
  const remembered = describeOutputs(new Map([['echo one', 'one']]));
  await expect(saysTheSame(terminal, remembered, { rootAbsolute: import.meta.dirname, spawn })).rejects.toThrow(
    /abort/i,
  );
});
