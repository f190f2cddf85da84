import type { Key } from 'ink';
import { splitGraphemes } from '../graphemes.ts';
import type { UiAction } from '../state/ui-action.ts';
import { keyTable } from './key-table.ts';

const actions = new Map(
  keyTable.flatMap(({ bindings }) =>
    bindings.flatMap(({ inputs, action }) => inputs.map((input) => [input, action] as const)),
  ),
);

/**
 * The names of the keys that were pressed, in order: characters, `up`, `return`, `ctrl+c`. Several
 * arrive as one text when this process was busy, or a key is held down.
 */
export function nameKeys(input: string, key: Key): readonly string[] {
  const special = nameSpecial(key);
  if (special !== null) return [special];
  if (key.ctrl) return [`ctrl+${input}`];
  const names = splitGraphemes(input).map((character) => controlNames[character] ?? character);
  // Escape and the key after it look like Alt with that key, which stands for nothing here.
  return key.meta ? ['escape', ...names] : names;
}

const controlNames: Readonly<Record<string, string>> = {
  '\r': 'return',
  '\n': 'return',
  '\t': 'tab',
  '\u0003': 'ctrl+c',
  '\u0004': 'ctrl+d',
  '\u000C': 'ctrl+l',
  '\u0015': 'ctrl+u',
  '\u001B': 'escape',
  '\u007F': 'backspace',
  '\b': 'backspace',
};

/** What a key means as a command; null where it means nothing. */
export function readCommand(name: string): UiAction | null {
  return actions.get(name) ?? null;
}

/** What a key means while a line is typed; Ctrl-C still stops the run. */
export function readTyping(name: string): UiAction | null {
  switch (name) {
    case 'return':
      return { kind: 'submit' };
    case 'escape':
      return { kind: 'cancel' };
    case 'backspace':
      return { kind: 'erase' };
    case 'ctrl+d':
      return { kind: 'end-input' };
    case 'ctrl+c':
      return { kind: 'quit' };
    default:
      return splitGraphemes(name).length === 1 ? { kind: 'type', text: name } : null;
  }
}

function nameSpecial(key: Key): string | null {
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.pageUp) return 'pageup';
  if (key.pageDown) return 'pagedown';
  if (key.home) return 'home';
  if (key.end) return 'end';
  if (key.return) return 'return';
  if (key.tab) return 'tab';
  if (key.backspace || key.delete) return 'backspace';
  return key.escape ? 'escape' : null;
}
