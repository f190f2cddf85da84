import type { OutputStyle } from '@larder/core';
import type { Terminal } from '../terminal.ts';

export interface OutputStyleWishes {
  readonly flag: OutputStyle | null;
  readonly configured: OutputStyle | null;
  /** One task alone is watched best as its plain output. */
  readonly taskCount: number;
}

/**
 * The interactive view needs a terminal with someone in front of it: never in CI, never without a TTY.
 * A CI log is read from its end, so failures stand there.
 */
export function chooseOutputStyle(
  terminal: Pick<Terminal, 'stdout' | 'stdin' | 'isCi'>,
  wishes: OutputStyleWishes,
): OutputStyle {
  const canInteract = terminal.stdout.isTTY && terminal.stdin.isTTY && !terminal.isCi;
  const wish = wishes.flag ?? wishes.configured;
  const plain = terminal.isCi ? 'static-failures' : 'static';
  if (wish === 'tui') return canInteract ? 'tui' : plain;
  if (wish !== null) return wish;
  if (wishes.taskCount === 1) return 'stream';
  return canInteract ? 'tui' : plain;
}
