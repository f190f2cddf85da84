import type { OutputScreen, PromptKind } from './ui-state.ts';

/** What a key asks for. `by` counts tasks or lines; in `scroll` it is a share of a page. */
export type UiAction =
  | { readonly kind: 'move'; readonly by: number }
  | { readonly kind: 'next-failure'; readonly by: 1 | -1 }
  | { readonly kind: 'scroll'; readonly by: number }
  | { readonly kind: 'scroll-to'; readonly place: 'start' | 'end' }
  | { readonly kind: 'next-match'; readonly direction: 'down' | 'up' }
  | { readonly kind: 'prompt'; readonly prompt: PromptKind }
  | { readonly kind: 'type'; readonly text: string }
  | { readonly kind: 'erase' | 'submit' | 'cancel' | 'end-input' }
  | { readonly kind: 'show'; readonly screen: OutputScreen }
  | { readonly kind: 'next-state' | 'next-focus' | 'pin' | 'toggle-copy' | 'toggle-help' | 'back' | 'redraw' }
  | { readonly kind: 'stop' | 'restart' | 'hold' | 'quit' };
