import { asRunId } from '@larder/core';
import { drawTaskGraph } from '@larder/core/fixtures';
import type { TaskOverrides } from '@larder/core/fixtures';
import type {
  CacheTroubleSink,
  Reporter,
  RunEvent,
  TaskGraph,
  TaskHash,
  TaskHasher,
  TaskId,
  WorkspacePath,
} from '@larder/core';
import { createRunEvents } from '../run-events.ts';
import type { RunEvents } from '../run-events.ts';
import type { RunPorts, RunRequest, RunResult } from '../run/run-request.ts';
import { runTasks } from '../run/run-tasks.ts';
import { FakeCache } from './fake-cache.ts';
import { FakeMachine } from './fake-machine.ts';
import type { Behaviour } from './fake-machine.ts';

export interface Scenario {
  readonly tasks: Readonly<Record<string, readonly string[]>>;
  readonly overrides?: Readonly<Record<string, TaskOverrides>>;
  readonly behaviours?: Readonly<Record<string, Behaviour>>;
  readonly request?: Partial<RunRequest>;
  readonly ports?: Partial<RunPorts>;
  readonly hasher?: Partial<TaskHasher>;
  readonly reporters?: readonly Reporter[];
  readonly cache?: FakeCache;
}

/** One run in a world of fakes. */
export class RunFixture {
  readonly machine: FakeMachine;
  readonly cache: FakeCache;
  readonly graph: TaskGraph;
  readonly events: RunEvent[] = [];
  readonly logged: string[] = [];
  readonly abort = new AbortController();
  readonly #scenario: Scenario;
  readonly #runEvents: RunEvents;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.machine = new FakeMachine(scenario.behaviours);
    this.cache = scenario.cache ?? new FakeCache();
    this.graph = drawScenario(scenario);
    const record: Reporter = { onEvent: (event) => void this.events.push(event), close: () => Promise.resolve() };
    const reporters = [...(scenario.reporters ?? []), record];
    this.#runEvents = createRunEvents({ clock: this.machine.clock, reporters, log: this.#log });
  }

  readonly #log = (message: string): void => void this.logged.push(message);

  /** What a cache reports its troubles to. */
  get onTrouble(): CacheTroubleSink {
    return this.#runEvents.onTrouble;
  }

  /** In the machine's own time. */
  run(): Promise<RunResult> {
    return this.machine.finish(this.runInRealTime());
  }

  /** For runs whose executors are not those of the machine. */
  runInRealTime(): Promise<RunResult> {
    return runTasks(this.#request(), this.#ports());
  }

  /** `type task` of every event of these types, in order. */
  sequence(...types: readonly RunEvent['type'][]): readonly string[] {
    return this.events
      .filter(({ type }) => types.includes(type))
      .map((event) => ('task' in event ? `${event.type} ${event.task}` : event.type));
  }

  of<Type extends RunEvent['type']>(type: Type): readonly Extract<RunEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
  }

  outcomes(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.of('task-settled').map(({ task, outcome }) => [task, outcome.kind]));
  }

  #request(): RunRequest {
    return {
      runId: asRunId('run'),
      command: 'larder run-many',
      startedAtEpochMs: 0,
      graph: { projects: new Map(), dependencies: new Map(), externals: noExternals },
      taskGraph: this.graph,
      slots: 2,
      continueMode: 'dependencies-successful',
      priorities: new Map(),
      expectedMs: new Map(),
      cachePolicy: { read: true, write: true },
      drainDeadlineMs: 1000,
      outputCapBytes: 1000,
      ...this.#scenario.request,
    };
  }

  #ports(): RunPorts {
    const { clock, executor } = this.machine;
    return {
      clock,
      hasher: { ...fakeHasher, ...this.#scenario.hasher },
      cache: this.cache,
      executors: [executor],
      envFor: () => ({}),
      spawn: () => {
        throw new Error('This run has no processes.');
      },
      events: this.#runEvents,
      log: this.#log,
      signal: this.abort.signal,
      workspaceRootAbsolute: '/workspace',
      ...this.#scenario.ports,
    };
  }
}

/** Unless the scenario says so, tasks are not requested, which would keep continuous ones running. */
export function drawScenario({ tasks, overrides = {} }: Pick<Scenario, 'tasks' | 'overrides'>): TaskGraph {
  const names = new Set(Object.entries(tasks).flatMap(([name, dependencies]) => [name, ...dependencies]));
  const lines = [...names].map((name) => `${name} -> ${(tasks[name] ?? []).join(' ')}`);
  const entries = [...names].map((name) => {
    const { definition, ...rest } = overrides[name] ?? {};
    return [name, { requested: false, ...rest, definition: { executor: 'test:any', ...definition } }] as const;
  });
  return drawTaskGraph(lines.join('\n'), Object.fromEntries(entries));
}

const noExternals = { packages: new Map(), resolutions: new Map(), globalKey: '' };

/** A task's hash is its name. */
const fakeHasher: TaskHasher = {
  hash: (task) => Promise.resolve({ task, hash: hashOf(task), entries: [] }),
  findMovedInputs: () => Promise.resolve<readonly WorkspacePath[]>([]),
};

export function hashOf(task: TaskId | string): TaskHash {
  return `hash of ${task}` as TaskHash;
}
