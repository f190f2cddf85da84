/*
 * Every key that Turborepo 2.11 knows. Those that only concern its own interface, cache or other commands
 * are known and left alone; what is not listed is most likely misspelled.
 */

const taskKeys = [
  'extends',
  'dependsOn',
  'env',
  'passThroughEnv',
  'inputs',
  'outputs',
  'cache',
  'outputLogs',
  'persistent',
  'interactive',
  'interruptible',
  'with',
  'description',
  'tags',
];

const globalOnlyKeys = [
  'envMode',
  'cacheDir',
  'cacheMaxAge',
  'cacheMaxSize',
  'concurrency',
  'daemon',
  'dangerouslyDisablePackageManagerCheck',
  'noUpdateNotifier',
  'remoteCache',
  'ui',
  'experimentalObservability',
];

const packageKeys = ['$schema', 'extends', 'tasks', 'tags', 'boundaries'];

const rootKeys = [
  ...packageKeys,
  ...globalOnlyKeys,
  'globalDependencies',
  'globalEnv',
  'globalPassThroughEnv',
  'futureFlags',
  'global',
  'setup',
  'agentGuidance',
  'experimentalSpaces',
  // Reported by itself.
  'pipeline',
];

export const knownKeys = {
  root: rootKeys,
  package: packageKeys,
  global: [...globalOnlyKeys, 'inputs', 'env', 'passThroughEnv'],
  task: taskKeys,
} as const;
