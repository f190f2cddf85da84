import type { OutputStyle } from '@larder/core';
import type { Terminal } from '../terminal.ts';

export interface OutputStyleWishes {
  readonly flag: OutputStyle | null;
  readonly configured: OutputStyle | null;
  /** One task alone is watched best as its plain output. */
  readonly taskCount: number;
}

/**
 * The interactive view needs a terminal with someone in front of it who sees it: never in CI, never without a TTY,
 * and plain lines for screen readers, which would read every frame, and for terminals that cannot move their cursor.
 * A CI log is read from its end, so failures stand there.
 */
export function chooseOutputStyle(
  terminal: Pick<Terminal, 'stdout' | 'stdin' | 'isCi' | 'env'>,
  wishes: OutputStyleWishes,
): OutputStyle {
  const canInteract = terminal.stdout.isTTY && terminal.stdin.isTTY && !terminal.isCi && !needsLines(terminal.env);
  const wish = wishes.flag ?? wishes.configured;
  const plain = terminal.isCi ? 'static-failures' : 'static';
  if (wish === 'tui') return canInteract ? 'tui' : plain;
  if (wish !== null) return wish;
  if (wishes.taskCount === 1) return 'stream';
  return canInteract ? 'tui' : plain;
}

/** `ACCESSIBLE` is what GitHub's command line and others look at, `INK_SCREEN_READER` what programs with Ink do. */
function needsLines(env: Terminal['env']): boolean {
  if (env['TERM'] === 'dumb') return true;
  return [env['ACCESSIBLE'], env['INK_SCREEN_READER']].some(
    (value) => value !== undefined && !/^(0|false|)$/.test(value),
  );
}
