import type { UiAction } from '../state/ui-action.ts';

/** A line of the help: the one place that the keyboard, the help and the documentation take keys from. */
export interface KeyLine {
  readonly section: KeySection;
  /** As people call the keys. */
  readonly label: string;
  readonly text: string;
  readonly bindings: readonly KeyBinding[];
}

export interface KeyBinding {
  /** Characters, or names of special keys, see `readKeys`. */
  readonly inputs: readonly string[];
  readonly action: UiAction;
}

export type KeySection = 'Tasks' | 'Output' | 'Views' | 'Run';

export const keySections: readonly KeySection[] = ['Tasks', 'Output', 'Views', 'Run'];

function bind(inputs: readonly string[], action: UiAction): KeyBinding {
  return { inputs, action };
}

export const keyTable: readonly KeyLine[] = [
  {
    section: 'Tasks',
    label: '↑ ↓  k j',
    text: 'one up, down',
    bindings: [bind(['up', 'k'], { kind: 'move', by: -1 }), bind(['down', 'j'], { kind: 'move', by: 1 })],
  },
  {
    section: 'Tasks',
    label: '← →  K J',
    text: 'ten up, down',
    bindings: [bind(['left', 'K'], { kind: 'move', by: -10 }), bind(['right', 'J'], { kind: 'move', by: 10 })],
  },
  {
    section: 'Tasks',
    label: 'e E',
    text: 'next, previous failure',
    bindings: [bind(['e'], { kind: 'next-failure', by: 1 }), bind(['E'], { kind: 'next-failure', by: -1 })],
  },
  {
    section: 'Tasks',
    label: 'f',
    text: 'filter by name or state',
    bindings: [bind(['f'], { kind: 'prompt', prompt: 'filter' })],
  },
  {
    section: 'Tasks',
    label: 's',
    text: 'failed, running, … only',
    bindings: [bind(['s'], { kind: 'next-state' })],
  },
  {
    section: 'Tasks',
    label: 'Esc',
    text: 'back; at last, follow',
    bindings: [bind(['escape'], { kind: 'back' })],
  },
  {
    section: 'Output',
    label: 'PgUp PgDn',
    text: 'half a page (Ctrl-U Ctrl-D)',
    bindings: [
      bind(['pageup', 'ctrl+u'], { kind: 'scroll', by: -0.5 }),
      bind(['pagedown', 'ctrl+d'], { kind: 'scroll', by: 0.5 }),
    ],
  },
  {
    section: 'Output',
    label: 'g G',
    text: 'beginning, end (Home End)',
    bindings: [
      bind(['g', 'home'], { kind: 'scroll-to', place: 'start' }),
      bind(['G', 'end'], { kind: 'scroll-to', place: 'end' }),
    ],
  },
  {
    section: 'Output',
    label: '/ n N',
    text: 'search, next, previous',
    bindings: [
      bind(['/'], { kind: 'prompt', prompt: 'search' }),
      bind(['n'], { kind: 'next-match', direction: 'down' }),
      bind(['N'], { kind: 'next-match', direction: 'up' }),
    ],
  },
  {
    section: 'Output',
    label: 'p Enter',
    text: 'pin or let go, two at most',
    bindings: [bind(['p', 'return'], { kind: 'pin' })],
  },
  {
    section: 'Output',
    label: 'Tab',
    text: 'focus: list, outputs',
    bindings: [bind(['tab'], { kind: 'next-focus' })],
  },
  {
    section: 'Output',
    label: 'c',
    text: 'plain text to copy',
    bindings: [bind(['c'], { kind: 'toggle-copy' })],
  },
  {
    section: 'Views',
    label: 't',
    text: 'timeline: what ran when',
    bindings: [bind(['t'], { kind: 'show', screen: 'timeline' })],
  },
  {
    section: 'Views',
    label: 'b',
    text: 'graph: what blocks what',
    bindings: [bind(['b'], { kind: 'show', screen: 'graph' })],
  },
  {
    section: 'Views',
    label: '?',
    text: 'this help',
    bindings: [bind(['?'], { kind: 'toggle-help' })],
  },
  {
    section: 'Views',
    label: 'Ctrl-L',
    text: 'draw the screen anew',
    bindings: [bind(['ctrl+l'], { kind: 'redraw' })],
  },
  {
    section: 'Run',
    label: 'r',
    text: 'execute the task again',
    bindings: [bind(['r'], { kind: 'restart' })],
  },
  {
    section: 'Run',
    label: 'x x',
    text: 'stop the running task',
    bindings: [bind(['x'], { kind: 'stop' })],
  },
  {
    section: 'Run',
    label: 'i',
    text: 'type to it (Ctrl-D ends)',
    bindings: [bind(['i'], { kind: 'prompt', prompt: 'input' })],
  },
  {
    section: 'Run',
    label: 'h',
    text: 'stay when all is done',
    bindings: [bind(['h'], { kind: 'hold' })],
  },
  {
    section: 'Run',
    label: 'q Ctrl-C',
    text: 'stop the run; again: force',
    bindings: [bind(['q', 'ctrl+c'], { kind: 'quit' })],
  },
];
