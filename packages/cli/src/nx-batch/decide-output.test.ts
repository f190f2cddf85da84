import type { RunWishes } from '@larder/nx';
import { expect, test } from 'vitest';
import { decideOutput, type BatchOutput } from './decide-output.ts';

const inResults: BatchOutput = { live: 'nothing', resultsRepeat: true };
const lines: BatchOutput = { live: 'lines', resultsRepeat: false };
const everything: BatchOutput = { live: 'everything', resultsRepeat: false };
const wishes = (outputStyle: string | null): RunWishes => ({
  runId: 'r',
  parallel: null,
  bail: false,
  skipRemoteCache: false,
  outputStyle,
});

test.each<[Record<string, string>, BatchOutput]>([
  [{}, inResults],
  [{ NX_STREAM_OUTPUT: 'false' }, inResults],
  [{ NX_STREAM_OUTPUT: 'true', NX_PREFIX_OUTPUT: 'true' }, lines],
  [{ NX_STREAM_OUTPUT: 'true', NX_PREFIX_OUTPUT: 'false' }, everything],
  [
    { NX_STREAM_OUTPUT: 'true', NX_TUI: 'true' },
    { live: 'lines', resultsRepeat: true },
  ],
])('where Nx shows results, its environment %j says how', (env, expected) => {
  expect(decideOutput(env, null, true)).toEqual(expected);
  expect(decideOutput(env, wishes('static'), true)).toEqual(expected);
});

test.each<[string | null, BatchOutput]>([
  [null, inResults],
  ['static', inResults],
  ['stream', lines],
  ['stream-without-prefixes', everything],
])('where the batch shows them, the command line says so: %s', (style, expected) => {
  // Those versions stream every batch that NX_BATCH_MODE turned on.
  expect(decideOutput({ NX_STREAM_OUTPUT: 'true', NX_PREFIX_OUTPUT: 'true' }, wishes(style), false)).toEqual(expected);
});

test('where nobody knows the command line, the environment says so there, too', () => {
  expect(decideOutput({ NX_STREAM_OUTPUT: 'true', NX_PREFIX_OUTPUT: 'true' }, null, false)).toEqual(lines);
  expect(decideOutput({}, null, false)).toEqual(inResults);
});
