import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { countTests } from './count-tests.mjs';
import { openStepRecord } from './step-record.mjs';
import { steps, tasks } from './tasks.mjs';

const { runChild } = createRequire(import.meta.url)('./setup/run-child.cjs');

/** Runs one named task and resolves with its exit code. */
export async function runTask([name = 'help', ...args], context) {
  if (name === 'exec' && args.length > 0) return runCommand(args, context);
  const task = tasks[name];
  if (task === undefined) return explainTasks(name);
  const record = openStepRecord(context.env.LARDER_STEP_RECORD);
  const ended = await runSteps(task.steps, { ...context, record });
  if (ended.failed.length > 0) process.stderr.write(`\nfailed: ${ended.failed.join(', ')}\n`);
  if (task.steps.some((step) => steps[step].counts)) process.stdout.write(`${record.formatCounts()}\n`);
  if (ended.failed.length > 0) return ended.exitCode;
  return task.run === undefined ? 0 : runSideBySide(task, args, context);
}

/** Every step that still makes sense runs, so that one run shows every failure. */
async function runSteps(names, context) {
  const failed = [];
  let exitCode = 0;
  for (const name of names) {
    const result = context.record.find(name) ?? (await runStep(name, context));
    if (result.exitCode === 0) continue;
    failed.push(name);
    exitCode ||= result.exitCode;
    if (steps[name].stops || result.exitCode > 128) break;
  }
  return { failed, exitCode };
}

async function runStep(name, context) {
  const { command, counts } = steps[name];
  process.stderr.write(`\n— ${name}: ${command.join(' ')}\n`);
  const run = (extra) => runCommand([...command, ...extra], context);
  const result = counts ? await countTests(run) : { exitCode: await run([]), passed: 0, failed: 0 };
  context.record.add(name, result);
  return result;
}

function runCommand([file, ...args], { root, env }) {
  // On Windows the commands of npm packages are batch files, which only a shell can start.
  return runChild(file, args, { cwd: root, env, shell: process.platform === 'win32' });
}

async function runSideBySide(task, args, context) {
  const options = { cwd: context.root, env: context.env, stdio: ['ignore', 'inherit', 'inherit'] };
  const companions = (task.together ?? []).map(([file, ...rest]) => spawn(file, rest, options));
  try {
    return await runCommand([...task.run, ...args], context);
  } finally {
    for (const companion of companions) companion.kill();
  }
}

function explainTasks(name) {
  const width = Math.max(...Object.keys(tasks).map((task) => task.length));
  const lines = Object.entries(tasks).map(([task, { about }]) => `  ${task.padEnd(width)}  ${about}`);
  process.stderr.write(
    `${name === 'help' ? '' : `There is no task "${name}".\n`}node tools/run.cjs <task> [arguments]\n`,
  );
  process.stderr.write(
    `${lines.join('\n')}\n  ${'exec'.padEnd(width)}  any command, with this repository's Node and tools\n`,
  );
  return name === 'help' ? 0 : 2;
}
