import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cleanEnv } from './run-larder.ts';

export interface NxTask {
  readonly id: string;
  readonly hash: string;
  /** What the hash was made from, part by part: for messages of failing tests. */
  readonly parts: Readonly<Record<string, string>>;
  readonly outputs: readonly string[];
  readonly dependsOn: readonly string[];
}

export interface NxTaskRequest {
  readonly targets: readonly string[];
  readonly configuration?: string;
  readonly args?: Readonly<Record<string, unknown>>;
  /** Variables beside those that nx was started with. */
  readonly env?: Readonly<Record<string, string>>;
}

interface NxProject {
  readonly data: { readonly root: string; readonly tags?: readonly string[]; readonly targets?: object };
}

/** The nx that is installed in a workspace, loaded once. */
export interface Nx {
  project(): Promise<{
    readonly nodes: Readonly<Record<string, NxProject>>;
    readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>>;
  }>;
  tasks(request: NxTaskRequest): Promise<readonly NxTask[]>;
  /** Ids of tasks from major 24, else names of projects. */
  affected(targets: readonly string[], changes: readonly string[]): Promise<readonly string[]>;
  environment(targets: readonly string[]): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>>;
  stop(): void;
}

export async function startNx(root: string, env: Readonly<Record<string, string>> = {}): Promise<Nx> {
  const child = fork(join(import.meta.dirname, 'nx-answers.cjs'), [], {
    cwd: root,
    execArgv: [],
    env: {
      ...cleanEnv(),
      NX_DAEMON: 'false',
      NX_NO_CLOUD: 'true',
      NX_ISOLATE_PLUGINS: 'false',
      NX_CACHE_PROJECT_GRAPH: 'false',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  const askNow = async (question: object): Promise<unknown> => {
    child.send(question);
    const [message] = (await once(child, 'message')) as [{ readonly answer?: unknown; readonly failure?: string }];
    if (message.failure !== undefined) throw new Error(message.failure);
    return message.answer;
  };
  let last: Promise<unknown> = Promise.resolve();
  // One question at a time: answers carry no number.
  const ask = (question: object): Promise<unknown> => {
    const answer = last.then(() => askNow(question));
    last = answer.catch(() => {});
    return answer;
  };
  return {
    project: () => ask({ about: 'project' }) as ReturnType<Nx['project']>,
    tasks: async (request) => ((await ask({ about: 'tasks', ...request })) as { tasks: readonly NxTask[] }).tasks,
    affected: async (targets, changes) => {
      const answer = (await ask({ about: 'affected', targets, changes })) as Record<string, readonly string[]>;
      return answer['tasks'] ?? answer['projects'] ?? [];
    },
    environment: (targets) => ask({ about: 'environment', targets }) as ReturnType<Nx['environment']>,
    stop: () => child.disconnect(),
  };
}
