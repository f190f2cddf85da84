import { asRunId } from '@larder/core';

/** As other runs are named; chance of this quality is enough for a name, and loads nothing. */
export function createRunId(epochMs: number): ReturnType<typeof asRunId> {
  const chance = Math.floor(Math.random() * 0x1_0000_0000);
  return asRunId(`${epochMs.toString(16).padStart(12, '0')}-${chance.toString(16).padStart(8, '0')}`);
}
