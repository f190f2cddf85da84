import { expect, test } from 'vitest';
import { displayWidth } from '@larder/report';
import { sampleRun, viewOf } from '../testing/sample-run.ts';
import { initialUiState } from '../state/ui-state.ts';
import { toAscii } from './ascii-frame.ts';
import { drawFrame } from './draw-frame.ts';

test('every sign of ours has one that stands for it, and none of them a question mark', () => {
  const snapshot = { view: viewOf(sampleRun().slice(0, -1)), nowMs: 3000, forecasts: new Map() };
  for (const screen of ['tasks', 'timeline', 'graph'] as const) {
    for (const helpOpen of [false, true]) {
      const size = { columns: 120, rows: 40 };
      const { lines } = drawFrame(
        snapshot,
        { ...initialUiState, screen, helpOpen, focus: 1 },
        { size, color: false, ascii: true },
      );
      expect(lines.join('')).toMatch(/^[ -~]+$/);
      expect(lines.join('\n').replaceAll(/^.*this help.*$/gm, '')).not.toMatch(/\?(?! help)/);
    }
  }
});

test('nothing moves, and styles stay', () => {
  for (const text of ['✔ 日本 done', '\u001B[31m✖\u001B[0m 👍', '│ café │']) {
    expect(displayWidth(toAscii(text))).toBe(displayWidth(text));
  }
  expect(toAscii('\u001B[31m✖\u001B[0m')).toBe('\u001B[31mx\u001B[0m');
});
