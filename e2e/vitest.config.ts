import { dirname } from 'node:path';
import { defineConfig } from 'vitest/config';

// End-to-end tests drive the built commands, and the slow tests of packages come along. One file at a
// time: they start servers and measure, and two cores are enough for one of them.
export default defineConfig({
  ssr: { resolve: { conditions: ['source'], externalConditions: ['node'] } },
  resolve: { conditions: ['source'] },
  test: {
    root: dirname(import.meta.dirname),
    include: ['e2e/**/*.test.ts', 'packages/*/src/**/*.slow.test.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
