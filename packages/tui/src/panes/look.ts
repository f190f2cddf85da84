import type { Paint } from '@larder/report';
import type { Size } from './layout.ts';

/** How a pane is to be drawn. */
export interface Look {
  readonly size: Size;
  /** Whether styles in the output of tasks stay. */
  readonly color: boolean;
  readonly paint: Paint;
}
