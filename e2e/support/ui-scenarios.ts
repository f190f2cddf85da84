import { asDigest, asRunId, toTaskHash, type PlannedTask, type RunEvent, type TaskId } from '@larder/core';

/** A run as far as it has come, for the player of the interactive view. */
export interface Scenario {
  readonly events: readonly RunEvent[];
  /** Milliseconds since the start of the run. */
  readonly nowMs: number;
}

const hash = toTaskHash(asDigest('0'.repeat(32)));

function id(text: string): TaskId {
  return text as TaskId;
}

function plan(name: string, dependsOn: readonly string[], expectedMs: number | null, continuous = false): PlannedTask {
  const [project = '', target = ''] = name.split(':');
  const facts = { project, target, requested: true, cacheable: !continuous, continuous, expectedMs };
  return { id: id(name), ...facts, dependsOn: dependsOn.map(id) };
}

function start(command: string, tasks: readonly PlannedTask[]): RunEvent {
  return { type: 'run-started', at: 0, runId: asRunId('1'), startedAtEpochMs: 0, command, slots: 4, tasks };
}

function look(name: string, at: number, where: 'local' | 'remote' | null): readonly RunEvent[] {
  const result = where === null ? { kind: 'miss' as const, reason: 'src changed' } : { kind: 'hit' as const, where };
  return [
    { type: 'task-hashed', at: at - 2, task: id(name), hash, durationMs: 2 },
    { type: 'task-looked-up', at, task: id(name), result, durationMs: 2 },
  ];
}

function restore(name: string, at: number, from: 'local' | 'remote'): readonly RunEvent[] {
  const outcome = { kind: 'restored' as const, from, savedMs: 3200 };
  return [...look(name, at, from), { type: 'task-settled', at: at + 40, task: id(name), hash, outcome }];
}

function execute(name: string, at: number, command: string): readonly RunEvent[] {
  return [...look(name, at - 5, null), { type: 'task-started', at, task: id(name), attempt: 1, command }];
}

function print(name: string, at: number, text: string): RunEvent {
  return { type: 'task-output', at, task: id(name), stream: 'stdout', text, replayed: false };
}

function end(name: string, at: number, durationMs: number, exitCode = 0): RunEvent {
  const outcome =
    exitCode === 0
      ? { kind: 'executed' as const, durationMs, attempts: 1 }
      : { kind: 'failed' as const, exitCode, durationMs, attempts: 1 };
  const usage = { cpuMs: durationMs * 1.4, peakMemoryBytes: 412_000_000 };
  return { type: 'task-settled', at, task: id(name), hash, outcome, usage };
}

function sampleUsage(at: number): RunEvent {
  const machine = { cores: 8, loadAverage: 3.4, freeMemoryBytes: 9_300_000_000 };
  return { type: 'usage-sampled', at, busyCores: 2.8, residentBytes: 1_120_000_000, machine };
}

function* modules(project: string, count: number): Generator<string> {
  for (let index = 1; index <= count; index += 1) {
    yield `\u001B[32m✓\u001B[39m ${String(index).padStart(3)} src/${project}/module-${index}.ts  ${(index * 7) % 23} ms\n`;
  }
}

const failure = [
  '\u001B[36mRUN\u001B[39m v5.1.1 /repo/packages/billing',
  '',
  ' \u001B[31m❯\u001B[39m src/charge.test.ts (12 tests | 1 failed) 48 ms',
  '   \u001B[31m×\u001B[39m charges the card once',
  '',
  '\u001B[31mFAIL\u001B[39m src/charge.test.ts > charges the card once',
  'AssertionError: expected 2 to be 1 // a retry after a timeout sent the same charge again, with another key',
  ' ❯ src/charge.test.ts:14:22',
  '',
].join('\n');

/** A workspace in the middle of its run: hits of both caches, a failure, four slots, a server that is ready. */
export function middleOfARun(): Scenario {
  const tasks = [
    plan('core:build', [], 1200),
    plan('utils:build', [], 900),
    plan('theme:build', [], 700),
    plan('ui-kit:build', ['core:build', 'theme:build'], 5200),
    plan('auth:build', ['core:build'], 2400),
    plan('forms:build', ['ui-kit:build'], 2100),
    plan('charts:build', ['ui-kit:build', 'utils:build'], 6400),
    plan('api:build', ['auth:build', 'utils:build'], 3000),
    plan('billing:test', ['api:build'], 2500),
    plan('web:build', ['forms:build', 'charts:build', 'auth:build'], 9000),
    plan('web:test', ['web:build'], 4000),
    plan('api:serve', ['api:build'], null, true),
    plan('web:e2e', ['web:build', 'api:serve'], 20_000),
    plan('docs:build', ['ui-kit:build'], 3500),
  ];
  return {
    nowMs: 12_400,
    events: [
      start('larder run-many -t build test e2e', tasks),
      ...restore('core:build', 10, 'local'),
      ...restore('utils:build', 12, 'local'),
      ...restore('theme:build', 15, 'remote'),
      { type: 'bytes-transferred', at: 50, direction: 'download', sizeBytes: 1_840_000, durationMs: 90 },
      ...execute('ui-kit:build', 80, 'vite build'),
      ...execute('auth:build', 90, 'tsc -p tsconfig.build.json'),
      end('auth:build', 2500, 2410),
      ...execute('api:build', 2510, 'tsc -p tsconfig.build.json'),
      end('api:build', 5300, 2790),
      { type: 'bytes-transferred', at: 5400, direction: 'upload', sizeBytes: 420_000, durationMs: 60 },
      end('ui-kit:build', 5400, 5320),
      ...execute('billing:test', 5310, 'vitest run'),
      print('billing:test', 7000, failure),
      ...execute('api:serve', 5320, 'node dist/server.js'),
      sampleUsage(12_000),
      print('api:serve', 6000, 'listening on http://localhost:4000\n'),
      { type: 'task-ready', at: 6000, task: id('api:serve') },
      end('billing:test', 7900, 2590, 1),
      ...execute('forms:build', 5410, 'vite build'),
      ...execute('charts:build', 5420, 'vite build'),
      ...execute('docs:build', 7910, 'vitepress build'),
      end('forms:build', 7600, 2190),
      print('charts:build', 5600, '\u001B[36mvite v7.1.2\u001B[39m building for production...\n'),
      ...[...modules('charts', 180)].map((line, index) => print('charts:build', 5700 + index, line)),
      print('docs:build', 8000, 'vitepress v2.0.0\nbuilding client + server bundles...\n'),
    ],
  };
}

/** 2,000 tasks: most of them hits, 200 running. */
export function manyTasks(): Scenario {
  const names = Array.from({ length: 2000 }, (_, index) => `package-${String(index).padStart(4, '0')}:build`);
  const tasks = names.map((name, index) => plan(name, index < 1200 ? [] : [names[index - 1000] ?? ''], 8000));
  const hits = names
    .slice(0, 1000)
    .flatMap((name, index) => restore(name, 10 + index, index % 3 === 0 ? 'remote' : 'local'));
  const running = names.slice(1000, 1200).flatMap((name, index) => execute(name, 1100 + index, 'tsc -b'));
  const failed = end('package-1007:build', 4000, 2900, 2);
  return { nowMs: 6000, events: [start('larder run-many -t build', tasks), ...hits, ...running, failed] };
}
