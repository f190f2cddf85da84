import { defineConfig } from 'vitest/config';

export default defineConfig({
  ssr: { resolve: { conditions: ['source'], externalConditions: ['node'] } },
  resolve: { conditions: ['source'] },
  test: {
    include: [
      'packages/*/src/**/*.test.{ts,tsx}',
      'plugins/*/src/**/*.test.{ts,tsx}',
      'tools/**/*.test.ts',
      'bench/**/*.test.ts',
    ],
    // What takes long by its nature runs with the end-to-end tests.
    exclude: ['**/*.slow.test.ts', 'tools/demo/sources/**', '**/node_modules/**'],
    environment: 'node',
    // Nothing here keeps state in modules, so that test files can share a worker: half the time.
    isolate: false,
    // Most of the time tests wait for processes: a second worker is worth it on two cores, too.
    maxWorkers: '100%',
    // No test measures time: this only ends one that hangs, also on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
