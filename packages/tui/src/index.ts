export { startTui } from './start-tui.tsx';
export type { TuiOptions } from './start-tui.tsx';
