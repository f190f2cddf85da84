import { isAbsolute, join } from 'node:path';
import type { Executor, ExecutorContext, RunningTask, Task } from '@larder/core';
import type { CommandStep } from './command-step.ts';
import { readCommandEnv } from './read-command-env.ts';
import type { CommandEnv } from './read-command-env.ts';
import { interpolateArgs } from './interpolate-args.ts';
import { parseRunCommandsOptions } from './parse-run-commands-options.ts';
import type { RunCommandsOptions } from './parse-run-commands-options.ts';
import { runInParallel } from './run-in-parallel.ts';
import { runInSequence } from './run-in-sequence.ts';
import { styleLines } from './style-lines.ts';
import { endedTask } from './task-end.ts';

/** Runs command lines in the platform's shell, by the options of Nx's executor of that name. */
export const runCommands: Executor = {
  name: 'nx:run-commands',
  describe: (task) => {
    const parsed = parseRunCommandsOptions(task.options);
    if (parsed.kind === 'invalid') return task.definition.executor;
    return commandLines(parsed.options, task).join(parsed.options.parallel ? ' & ' : ' && ');
  },
  start: (task, context) => {
    const parsed = parseRunCommandsOptions(task.options);
    if (parsed.kind === 'invalid') return endedTask({ exitCode: 1, detail: parsed.detail });
    const cwdAbsolute = resolveCwd(parsed.options.cwd, context.workspaceRootAbsolute);
    const env = readCommandEnv(parsed.options, context, cwdAbsolute);
    if (env.kind === 'unreadable') return endedTask({ exitCode: 1, detail: env.detail });
    return startCommands(parsed.options, { task, context, cwdAbsolute, env });
  },
};

interface Prepared {
  readonly task: Task;
  readonly context: ExecutorContext;
  readonly cwdAbsolute: string;
  readonly env: Extract<CommandEnv, { kind: 'env' }>;
}

function startCommands(options: RunCommandsOptions, prepared: Prepared): RunningTask {
  const { task, context, cwdAbsolute, env } = prepared;
  const lines = commandLines(options, task);
  const steps = options.commands.map(({ style }, position): CommandStep => {
    const output = styleLines(style, context.onOutput, env.colored);
    return {
      line: lines[position] ?? '',
      cwdAbsolute,
      env: env.variables,
      onOutput: output.onOutput,
      onEnd: output.flush,
    };
  });
  if (!options.parallel && steps.length > 1) {
    return runInSequence(steps, { spawn: context.spawn, readyStep: steps.length - 1 });
  }
  const { readyWhen } = options;
  return runInParallel(steps, { spawn: context.spawn, readyWhen, continuous: task.continuous });
}

function commandLines(options: RunCommandsOptions, task: Task): readonly string[] {
  const args = { extra: options.extra, text: options.args, given: task.args };
  return options.commands.map((command) =>
    interpolateArgs(command.line, args, { forwardAll: command.forwardAllArgs, platform: process.platform }),
  );
}

/** Relative to the workspace root, which is also what stands where nothing is said. */
function resolveCwd(cwd: string | null, workspaceRootAbsolute: string): string {
  if (cwd === null) return workspaceRootAbsolute;
  return isAbsolute(cwd) ? cwd : join(workspaceRootAbsolute, cwd);
}
