import type { Reporter, RunEvent } from '@larder/core';
import type { WriteText } from './reporter-options.ts';
import { toNdjson } from './to-ndjson.ts';

/** One JSON object a line, for scripts. The format is described in `docs/ndjson.md`; nothing else is printed. */
export function createNdjsonReporter(write: WriteText): Reporter {
  return {
    onEvent(event: RunEvent) {
      write(`${JSON.stringify(toNdjson(event))}\n`);
    },
    async close() {},
  };
}
