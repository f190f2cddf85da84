'use strict';

// The way into every task: `node tools/run.cjs <task> [arguments]`. It runs on any Node since 14 and needs
// nothing installed: it brings a newer Node and the dependencies where they are missing, then runs the task.

const path = require('path');
const { installFolder } = require('./setup/install.cjs');
const { installOwnNode } = require('./setup/own-node.cjs');
const { runChild } = require('./setup/run-child.cjs');
const { SetupError } = require('./setup/setup-error.cjs');
const { isSupportedNode } = require('./setup/supported-node.cjs');
const { taskEnvironment } = require('./setup/task-environment.cjs');

const root = path.dirname(__dirname);

async function main(args) {
  if (!isSupportedNode(process.versions.node)) return runUnderOwnNode(args);
  await installFolder(root, root, 'the dependencies are missing or not those of the lockfile');
  const { runTask } = await import('./run-task.mjs');
  return runTask(args, { root, env: taskEnvironment(root, process.execPath) });
}

async function runUnderOwnNode(args) {
  const node = await installOwnNode(root);
  return runChild(node, [__filename, ...args], { env: taskEnvironment(root, node) });
}

main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error) => {
    process.stderr.write(error instanceof SetupError ? `\n${error.message}\n` : `${error.stack}\n`);
    process.exitCode = error instanceof SetupError ? 2 : 70;
  },
);
