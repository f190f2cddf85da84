import { join } from 'node:path';
import {
  appendArguments,
  type Executor,
  type ExecutorContext,
  type JsonObject,
  type RunningTask,
  type Task,
} from '@larder/core';
import type { CommandStep } from './command-step.ts';
import { runInSequence } from './run-in-sequence.ts';
import { endedTask } from './task-end.ts';

interface Stage {
  readonly event: string;
  readonly script: string;
  readonly line: string;
}

/**
 * Runs a script of the project's package.json in the project's folder, without a package manager
 * between: the text stands in the target's metadata (`scriptContent`, and `preScriptContent` and
 * `postScriptContent` where the package manager would run those). Arguments go to the script itself
 * alone, as npm gives them.
 */
export const runScript: Executor = {
  name: 'nx:run-script',
  describe: (task) => mainLine(task) ?? `package.json script ${scriptName(task)}`,
  start: (task, context) => {
    const stages = findStages(task);
    if (stages.length === 0) {
      const detail = `the project ${task.project} has no package.json script "${scriptName(task)}"`;
      return endedTask({ exitCode: 1, detail });
    }
    return startStages(stages, task, context);
  },
};

function startStages(stages: readonly Stage[], task: Task, context: ExecutorContext): RunningTask {
  const steps = stages.map((stage): CommandStep => {
    const env = { ...context.env, npm_lifecycle_event: stage.event, npm_lifecycle_script: stage.script };
    return {
      line: stage.line,
      cwdAbsolute: join(context.workspaceRootAbsolute, task.projectRoot),
      env,
      onOutput: context.onOutput,
      onEnd: () => {},
    };
  });
  const readyStep = stages.findIndex((stage) => stage.event === scriptName(task));
  return runInSequence(steps, { spawn: context.spawn, readyStep });
}

function findStages(task: Task): readonly Stage[] {
  const { metadata } = task.definition;
  const name = scriptName(task);
  const main = textOf(metadata, 'scriptContent');
  if (main === null) return [];
  return [
    { event: `pre${name}`, script: textOf(metadata, 'preScriptContent') },
    { event: name, script: main, line: mainLine(task) ?? main },
    { event: `post${name}`, script: textOf(metadata, 'postScriptContent') },
  ].flatMap(({ event, script, line }) => (script === null ? [] : [{ event, script, line: line ?? script }]));
}

function mainLine(task: Task): string | null {
  const script = textOf(task.definition.metadata, 'scriptContent');
  return script === null ? null : appendArguments(script, task.args, process.platform);
}

function scriptName(task: Task): string {
  return textOf(task.options, 'script') ?? task.target;
}

function textOf(object: JsonObject, key: string): string | null {
  const value = object[key];
  return typeof value === 'string' ? value : null;
}
