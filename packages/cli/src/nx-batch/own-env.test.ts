import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createOwnEnv } from './own-env.ts';

function workspace(dotenv: string): string {
  const root = mkdtempSync(join(tmpdir(), 'larder-own-env-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, '.env'), dotenv);
  return root;
}

test('what nx read from files of the workspace is taken out again, what a person has set stays', () => {
  const root = workspace('FROM_FILE=1\nSET=file\n');
  const env = { NX_LOAD_DOT_ENV_FILES: 'true', FROM_FILE: '1', SET: 'person', PATH: '/bin' };
  expect(createOwnEnv(env, root)).toEqual({ NX_LOAD_DOT_ENV_FILES: 'true', SET: 'person', PATH: '/bin' });
});

test('where nx reads no files, everything is the caller’s', () => {
  const root = workspace('FROM_FILE=1\n');
  expect(createOwnEnv({ FROM_FILE: '1' }, root)).toEqual({ FROM_FILE: '1' });
});

test('how this run is shown is none of the tasks', () => {
  const shown = {
    LARDER_NX_RUN: '{}',
    NX_FORKED_TASK_EXECUTOR: 'true',
    NX_STREAM_OUTPUT: 'true',
    NX_PREFIX_OUTPUT: 'true',
  };
  expect(createOwnEnv({ ...shown, NX_TUI: 'true' }, workspace(''))).toEqual({ NX_TUI: 'false' });
});
