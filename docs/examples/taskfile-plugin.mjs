// A whole plugin, as small as one can be: every folder with a `Taskfile` is a project, and each of its
// lines `name: command` is a target. Beside projects and an executor it brings an input kind, a cache
// store and a reporter, so that each part of the interface is used once. Run by e2e/plugin.test.ts.
import { appendFileSync, createReadStream, existsSync } from 'node:fs';
import { link, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { definePlugin } from '@larder/core';

export default definePlugin({
  name: 'taskfile',
  parseOptions: (options) => {
    const issues = Object.entries(options)
      .filter(([name, value]) => !['store', 'journal'].includes(name) || typeof value !== 'string')
      .map(([path, value]) => ({ path, found: JSON.stringify(value), allowed: 'store or journal: a path' }));
    return issues.length === 0 ? { kind: 'valid', options } : { kind: 'invalid', issues };
  },
  create: (options) => ({
    graph: {
      applies: () => true,
      dependsOnFiles: ['**/Taskfile'],
      contribute: async (context) => readTaskfiles(context),
    },
    inputKinds: [tasklineInput],
    executors: [{ name: 'taskfile:run', describe: (task) => task.options.command, start: startCommand }],
    ...(options.store
      ? { cacheStore: (context) => openFolderStore(join(context.workspaceRootAbsolute, options.store)) }
      : {}),
    ...(options.journal
      ? { reporter: (context) => openJournal(join(context.workspaceRootAbsolute, options.journal)) }
      : {}),
  }),
});

// Projects, targets and edges

function readTaskfiles(context) {
  const files = context.files.paths.filter((path) => path.endsWith('/Taskfile'));
  return { projects: files.map((file) => readProject(context, file)), edges: [], externals: null, problems: [] };
}

function readProject(context, file) {
  const root = file.slice(0, -'/Taskfile'.length);
  const lines = context
    .readText(file)
    .split('\n')
    .filter((line) => line.includes(':'));
  const pairs = lines.map((line) => [
    line.slice(0, line.indexOf(':')).trim(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  const needs = pairs.find(([name]) => name === 'needs')?.[1].split(' ') ?? [];
  const targets = pairs.filter(([name]) => name !== 'needs').map(([name, command]) => [name, toTarget(command)]);
  return {
    root,
    name: null,
    packageName: null,
    tags: ['taskfile'],
    implicitDependencies: needs,
    manifestDependencies: [],
    namedInputs: {},
    targets: Object.fromEntries(targets),
    layer: 'explicit',
    metadata: {},
    locate: () => null,
  };
}

function toTarget(command) {
  return {
    executor: 'taskfile:run',
    options: { command },
    inputs: ['default', '^default', { taskline: command }],
    outputs: ['{projectRoot}/out'],
    dependsOn: ['^build'],
    cache: true,
  };
}

// An input kind: `{ "taskline": "…" }`

const tasklineInput = {
  kind: 'taskline',
  parseOptions: (value) =>
    typeof value === 'string'
      ? { kind: 'valid', options: { line: value } }
      : { kind: 'invalid', issues: [{ path: '', found: typeof value, allowed: 'a text' }] },
  read: async (_context, options) => options.line.trim(),
};

// An executor

function startCommand(task, context) {
  const child = context.spawn({
    command: { kind: 'shell', line: task.options.command },
    cwdAbsolute: join(context.workspaceRootAbsolute, task.projectRoot),
    env: context.env,
    ipc: false,
    onOutput: context.onOutput,
  });
  const ended = child.exited.then((exit) => ({ exitCode: exit.exitCode ?? 1, detail: exit.spawnError }));
  return { ended, ready: ended.then(() => {}), stop: () => child.stop() };
}

// A cache store in a shared folder: publishes by link, which fails where an entry exists

function openFolderStore(folder) {
  const pathOf = (hash) => join(folder, `${hash}.artifact`);
  return {
    name: 'folder',
    head: async (hash) => (existsSync(pathOf(hash)) ? { sizeBytes: (await stat(pathOf(hash))).size } : null),
    read: async (hash) => {
      if (!existsSync(pathOf(hash))) return null;
      return { sizeBytes: (await stat(pathOf(hash))).size, body: createReadStream(pathOf(hash)) };
    },
    write: async (hash, artifact) => {
      await mkdir(folder, { recursive: true });
      const partial = join(folder, `${randomUUID()}.partial`);
      try {
        await writeFile(partial, artifact.open(), { flag: 'wx' });
        await link(partial, pathOf(hash));
        return 'stored';
      } catch (error) {
        if (error.code === 'EEXIST') return 'exists';
        throw error;
      } finally {
        await rm(partial, { force: true });
      }
    },
    close: async () => {},
  };
}

// A reporter: one line for each task that settled

function openJournal(file) {
  return {
    onEvent: (event) => {
      if (event.type === 'task-settled') appendFileSync(file, `${event.task} ${event.outcome.kind}\n`);
    },
    close: async () => {},
  };
}
