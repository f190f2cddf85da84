import { asWorkspacePath, type Task, type TaskId, type TaskInputs } from '@larder/core';
import { createDotenvReader, createTaskEnvComposer, type TaskEnvSubject } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import { definedEnv } from '../session/spawn-commands.ts';
import type { Terminal } from '../terminal.ts';

export interface TaskEnvContext {
  readonly inputsOf: (task: TaskId) => TaskInputs;
  /** Whether the output is shown where colours are. */
  readonly forceColor: boolean;
  /** Where the run is traced: the span that the task's own spans belong to. Else tasks get what the run got. */
  readonly traceParentOf?: (task: TaskId) => string;
}

/** The environment of each task: PATH with the `.bin` folders, `npm_*`, dotenv files, no cache tokens. */
export function createTaskEnv(
  session: Session,
  terminal: Terminal,
  context: TaskEnvContext,
): (task: Task) => Readonly<Record<string, string>> {
  const isNxWorkspace = session.workspace.files.has(asWorkspacePath('nx.json'));
  const compose = createTaskEnvComposer({
    base: withoutIdentity(definedEnv(terminal.env), session),
    platform: process.platform,
    workspaceRootAbsolute: session.rootAbsolute,
    invokedInAbsolute: terminal.workingDirectory,
    nodeAbsolute: process.execPath,
    userAgent: null,
    config: session.config,
    readDotenv: isNxWorkspace ? createDotenvReader(session.rootAbsolute, session.log) : null,
    forceColor: context.forceColor,
  });
  return (task) => ({
    ...compose({
      task: describeSubject(session, task),
      targetEnv: task.definition.env ?? null,
      declaredEnv: context.inputsOf(task.id).env,
    }),
    ...(context.traceParentOf !== undefined && { TRACEPARENT: context.traceParentOf(task.id) }),
  });
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
