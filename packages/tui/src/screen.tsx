import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import type { Frame, Pane } from './draw-frame.ts';

/**
 * Puts a frame on the screen. Each pane is one text, and not a layout node per row or word, which
 * would cost several times as much.
 */
export function Screen({ frame }: { readonly frame: Frame }): ReactNode {
  const { size, direction, panes } = frame;
  const [header, ...rest] = panes;
  const footer = rest.pop();
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} overflow="hidden">
      {header !== undefined && <PaneView pane={header} />}
      <Box flexDirection={direction === 'beside' ? 'row' : 'column'}>
        {rest.map((pane) => (
          <PaneView key={pane.name} pane={pane} />
        ))}
      </Box>
      {footer !== undefined && <PaneView pane={footer} />}
    </Box>
  );
}

function PaneView({ pane }: { readonly pane: Pane }): ReactNode {
  return (
    <Box width={pane.size.columns} height={pane.size.rows} flexShrink={0} overflow="hidden">
      <Text wrap="truncate-end">{pane.text}</Text>
    </Box>
  );
}
