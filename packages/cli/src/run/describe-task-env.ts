import type { Task, TaskId, TaskInputs } from '@larder/core';
import type { RunEnvOptions, TaskEnvOptions, TaskEnvSubject } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import { definedEnv } from '../session/spawn-commands.ts';
import type { Terminal } from '../terminal.ts';

/** What tasks may get of the caller's environment. */
export function describeCallersEnv(
  session: Session,
  terminal: Terminal,
): Pick<RunEnvOptions, 'base' | 'platform' | 'config'> {
  return {
    base: withoutIdentity(definedEnv(terminal.env), session),
    platform: process.platform,
    config: session.config,
  };
}

export function describeTaskEnv(session: Session, task: Task, inputsOf: (task: TaskId) => TaskInputs): TaskEnvOptions {
  return {
    task: describeSubject(session, task),
    targetEnv: task.definition.env ?? null,
    declaredEnv: inputsOf(task.id).env,
  };
}

function describeSubject(session: Session, task: Task): TaskEnvSubject {
  const { project, projectRoot, target, configuration, options, definition } = task;
  const script = definition.executor === 'nx:run-script' ? options['script'] : null;
  const owner = session.graph.projects.get(project);
  const version = owner?.metadata['packageVersion'];
  return {
    project,
    projectRoot,
    target,
    configuration,
    scriptName: typeof script === 'string' ? script : null,
    packageName: owner?.packageName ?? null,
    packageVersion: typeof version === 'string' ? version : null,
  };
}

/** What GitHub Actions gives a job to prove its identity with. */
const identityNames: readonly string[] = ['ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL'];

/** Where the job's identity stands for a token of the cache, it is as good as that token. */
function withoutIdentity(env: Readonly<Record<string, string>>, { config }: Session): Readonly<Record<string, string>> {
  if (config.remote === null || config.remote.oidcAudience === null) return env;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !identityNames.includes(name)));
}
