import type { Key } from 'ink';
import type { UiAction } from '../state/ui-action.ts';
import { keyTable } from './key-table.ts';

const actions = new Map(
  keyTable.flatMap(({ bindings }) =>
    bindings.flatMap(({ inputs, action }) => inputs.map((input) => [input, action] as const)),
  ),
);

/**
 * What was typed, as actions. A key that is held down arrives as its letter several times over; other
 * text of several letters was pasted, and means nothing outside of a prompt.
 */
export function readKeys(input: string, key: Key, isTyping: boolean): readonly UiAction[] {
  if (isTyping) return readTyping(input, key);
  const name = nameSpecial(key);
  if (name !== null) return findActions(name, 1);
  const [first = ''] = input;
  if (input !== first.repeat(input.length)) return [];
  return findActions(key.ctrl ? `ctrl+${first}` : first, input.length);
}

function findActions(name: string, times: number): readonly UiAction[] {
  const action = actions.get(name);
  return action === undefined ? [] : Array.from({ length: times }, () => action);
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
  return key.escape ? 'escape' : null;
}

const controls = /\p{Control}+/gu;

/** Text goes into the prompt, pasted text too, without line ends; Ctrl-C still stops the run. */
function readTyping(input: string, key: Key): readonly UiAction[] {
  if (key.ctrl && input === 'c') return [{ kind: 'quit' }];
  if (key.return) return [{ kind: 'submit' }];
  if (key.escape) return [{ kind: 'cancel' }];
  if (key.backspace || key.delete) return [{ kind: 'erase' }];
  if (key.ctrl || key.meta || nameSpecial(key) !== null) return [];
  const text = input.replaceAll(controls, ' ');
  return text === '' ? [] : [{ kind: 'type', text }];
}
