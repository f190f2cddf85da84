import { useInput, usePaste, useStdin, useWindowSize } from 'ink';
import { useLayoutEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { FramePacer } from './frame-pacer.ts';
import { nameKeys } from './keys/read-keys.ts';
import type { Size } from './panes/layout.ts';
import type { RunStore } from './run-store.ts';
import type { Snapshot } from './snapshot.ts';
import type { UiState } from './state/ui-state.ts';
import type { UiStore } from './ui-store.ts';

export interface AppProps {
  readonly run: RunStore;
  readonly ui: UiStore;
  readonly pacer: FramePacer;
  readonly paint: (snapshot: Snapshot, state: UiState, size: Size) => void;
}

/**
 * Joins the run, the keyboard and the size of the terminal. Ink has the terminal, its modes and its
 * keys; the frames are painted past it, see `Canvas`.
 */
export function App({ run, ui, pacer, paint }: AppProps): ReactNode {
  const { columns, rows } = useWindowSize();
  const { isRawModeSupported } = useStdin();
  const snapshot = useSyncExternalStore(run.subscribe, run.getSnapshot);
  const state = useSyncExternalStore(ui.subscribe, ui.getState);
  const [turn, again] = useState(0);
  useLayoutEffect(
    () => pacer.request({ turn, draw: () => paint(snapshot, state, { columns, rows }), again }),
    [pacer, paint, snapshot, state, columns, rows, turn],
  );
  const keyboard = { isActive: isRawModeSupported };
  useInput((input, key) => ui.press(nameKeys(input, key), { columns, rows }), keyboard);
  usePaste((text) => ui.paste(text, { columns, rows }), keyboard);
  return null;
}
