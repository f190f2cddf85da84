import { useInput, useStdin, useWindowSize } from 'ink';
import { useReducer, useState, useSyncExternalStore, type ReactNode } from 'react';
import { drawFrame, isSameFrame, type Frame } from './draw-frame.ts';
import { readKeys } from './read-key.ts';
import type { RunStore } from './run-store.ts';
import { Screen } from './screen.tsx';
import { applyAction, initialUiState, type UiAction, type UiState } from './ui-state.ts';

export interface AppProps {
  readonly store: RunStore;
  readonly color: boolean;
  /** Called for each request to stop. */
  readonly onQuit: () => void;
}

/** Joins the run, the keyboard and the size of the terminal. */
export function App({ store, color, onQuit }: AppProps): ReactNode {
  const { columns, rows } = useWindowSize();
  const { isRawModeSupported } = useStdin();
  const [state, dispatch] = useReducer(
    (current: UiState, action: UiAction) => applyAction(current, action, store.view),
    initialUiState,
  );
  const [keep] = useState(() => createFrameKeeper());
  const frame = useSyncExternalStore(store.subscribe, () =>
    keep(drawFrame(store.getSnapshot(), state, { size: { columns, rows }, color })),
  );
  useInput(
    (input, key) => {
      for (const action of readKeys(input, key, Math.max(1, Math.floor(rows / 2)))) {
        dispatch(action);
        if (action.kind === 'quit') onQuit();
      }
    },
    { isActive: isRawModeSupported },
  );
  return <Screen frame={frame} />;
}

/** Gives the last frame back where the new one looks the same: then nothing is drawn at all. */
function createFrameKeeper(): (frame: Frame) => Frame {
  let kept: Frame | null = null;
  return (frame) => {
    if (kept === null || !isSameFrame(kept, frame)) kept = frame;
    return kept;
  };
}
