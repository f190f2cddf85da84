// What every task of this repository does. `node tools/run.cjs <task>` runs them; package.json names them.

/**
 * One command each. `stops`: nothing after it makes sense when it fails. `counts`: a vitest run, whose
 * passed and failed tests the last line of a task adds up.
 */
export const steps = {
  format: { command: ['oxfmt', '--check', '.'] },
  lint: { command: ['oxlint', '--type-aware', '--deny-warnings'] },
  types: { command: ['tsc', '-b'], stops: true },
  bundle: { command: script('tools/bundle.ts'), stops: true },
  generated: { command: script('tools/generate.ts', '--check') },
  costs: { command: script('bench/gate.ts') },
  'unit tests': { command: ['vitest', 'run'], counts: true },
  'e2e tests': { command: ['vitest', 'run', '--config', 'e2e/vitest.config.ts'], counts: true },
};

/** `run` gets the arguments of the command line; `together` runs side by side until one ends. */
export const tasks = {
  build: { about: 'types and the two commands', steps: ['types', 'bundle'] },
  test: { about: 'build, unit tests, e2e tests', steps: ['types', 'bundle', 'unit tests', 'e2e tests'] },
  check: {
    about: 'what CI checks before the tests of "npm test"',
    steps: ['format', 'lint', 'types', 'bundle', 'generated', 'costs', 'unit tests'],
  },
  unit: { about: 'unit tests, of one folder if named', steps: [], run: ['vitest', 'run'] },
  e2e: {
    about: 'e2e tests, of one file if named',
    steps: ['types', 'bundle'],
    run: ['vitest', 'run', '--config', 'e2e/vitest.config.ts'],
  },
  demo: { about: 'the main job on a sample workspace', steps: ['types', 'bundle'], run: script('tools/demo/main.ts') },
  bench: {
    about: 'Larder beside its peers, ten minutes at most; --help has the choices',
    steps: ['types', 'bundle'],
    run: script('bench/main.ts'),
  },
  'bench:full': {
    about: 'the same up to 1,000 projects, with the remote cache and growth; two hours at most',
    steps: ['types', 'bundle'],
    run: script('bench/main.ts', '--full'),
  },
  dev: {
    about: 'types and tests on every change, tests of one folder if named',
    steps: ['types'],
    together: [['tsc', '-b', '--watch', '--preserveWatchOutput']],
    run: ['vitest', 'watch'],
  },
  larder: { about: 'the larder of this checkout', steps: ['types', 'bundle'], run: ['tools/larder'] },
  format: { about: 'formats every file', steps: [], run: ['oxfmt', '.'] },
  generate: { about: 'schemas and generated documents', steps: [], run: script('tools/generate.ts') },
};

/** Node 22 runs TypeScript as it is, with a warning that tells nobody anything here. */
function script(file, ...args) {
  return ['node', '--disable-warning=ExperimentalWarning', file, ...args];
}
