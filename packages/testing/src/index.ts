export { createTask, drawTaskGraph } from './draw-task-graph.ts';
export type { TaskOverrides } from './draw-task-graph.ts';
export { createMemoryFiles } from './memory-files.ts';
export type { MemoryFile } from './memory-files.ts';
export { testDigest } from './test-digest.ts';
export { createFakeClock } from './fake-clock.ts';
export type { FakeClock } from './fake-clock.ts';
