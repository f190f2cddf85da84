import { defineConfig } from 'vitest/config';

// End-to-end tests drive the built commands. One file at a time: they start servers and measure, and two
// cores are enough for one of them.
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
