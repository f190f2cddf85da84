import type { Key } from 'ink';
import type { UiAction } from './ui-state.ts';

/**
 * What was typed, as actions. A key that is held down arrives as its letter several times over; other
 * text of several letters was pasted, and means nothing.
 */
export function readKeys(input: string, key: Key, pageRows: number): readonly UiAction[] {
  const [first = ''] = input;
  const times = input === first.repeat(input.length) ? Math.max(1, input.length) : 0;
  const action = readKey(first, key, pageRows);
  return action === null ? [] : Array.from({ length: times }, () => action);
}

function readKey(input: string, key: Key, pageRows: number): UiAction | null {
  if (key.ctrl) return input === 'c' ? { kind: 'quit' } : null;
  if (key.upArrow || input === 'k') return { kind: 'move', by: -1 };
  if (key.downArrow || input === 'j') return { kind: 'move', by: 1 };
  if (key.pageUp) return { kind: 'move', by: -pageRows };
  if (key.pageDown) return { kind: 'move', by: pageRows };
  if (key.return || input === 'p') return { kind: 'pin' };
  if (key.escape) return { kind: 'follow' };
  if (input === 'f') return { kind: 'next-failure' };
  if (input === 'q') return { kind: 'quit' };
  return input === '?' ? { kind: 'toggle-help' } : null;
}
