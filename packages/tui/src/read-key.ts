import type { Key } from 'ink';
import type { UiAction } from './ui-state.ts';

/** What a key means; null for keys without a meaning. */
export function readKey(input: string, key: Key, pageRows: number): UiAction | null {
  if (key.ctrl) return input === 'c' ? { kind: 'quit' } : null;
  if (key.upArrow || input === 'k') return { kind: 'move', by: -1 };
  if (key.downArrow || input === 'j') return { kind: 'move', by: 1 };
  if (key.pageUp) return { kind: 'move', by: -pageRows };
  if (key.pageDown) return { kind: 'move', by: pageRows };
  if (key.return || input === 'p') return { kind: 'pin' };
  if (key.escape) return { kind: 'follow' };
  switch (input) {
    case 'f':
      return { kind: 'next-failure' };
    case 'q':
      return { kind: 'quit' };
    case '?':
      return { kind: 'toggle-help' };
    default:
      return null;
  }
}
