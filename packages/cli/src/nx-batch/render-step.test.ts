import { expect, test } from 'vitest';
import type { NxBatchResult } from './nx-batch.ts';
import { renderStep } from './render-step.ts';

const render = (status: NxBatchResult['status'], terminalOutput: string): string =>
  renderStep({
    task: 'web:build',
    result: { success: status !== 'failure', status, terminalOutput, startTime: 0, endTime: 0 },
  });

test.each([
  ['success', 'built\n', '\n> nx run web:build\n\nbuilt\n'],
  ['failure', 'no', '\n> nx run web:build  [failed]\n\nno\n'],
  ['local-cache', '', '\n> nx run web:build  [local cache]\n\n'],
  ['remote-cache', '', '\n> nx run web:build  [remote cache]\n\n'],
  ['local-cache-kept-existing', '', '\n> nx run web:build  [existing outputs match the cache, left as is]\n\n'],
] as const)('%s is shown as Nx shows it, and ends with a line', (status, output, text) => {
  expect(render(status, output)).toBe(text);
});
