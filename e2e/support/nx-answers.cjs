// Started by ask-nx.ts in a workspace of a test. Loads that workspace's nx once and answers questions about
// it, one message each, so that sixty edits do not cost sixty starts of nx. Works with majors 20 to 24.
const { createRequire } = require('node:module');
const { join } = require('node:path');

const root = process.cwd();
const load = createRequire(join(root, 'package.json'));
const fromNx = (path) => load(`nx/src/${path}`);

const { createProjectGraphAsync } = fromNx('project-graph/project-graph');
const { createTaskGraph } = fromNx('tasks-runner/create-task-graph');
const { createTaskHasher } = fromNx('hasher/create-task-hasher');
const { getTaskSpecificEnv, getEnvVariablesForTask } = fromNx('tasks-runner/task-env');
const { resetWorkspaceContext } = fromNx('utils/workspace-context');
const { readNxJson } = fromNx('config/nx-json');
const major = Number(load('nx/package.json').version.split('.')[0]);

const answers = {
  project: async () => {
    const graph = await readGraph();
    return { nodes: graph.nodes, dependencies: graph.dependencies };
  },
  tasks: async ({ targets, configuration, args, env }) => {
    setVariables(env ?? {});
    const graph = await readGraph();
    const taskGraph = buildTasks(graph, { targets, configuration, args });
    const hasher = createTaskHasher(graph, readNxJson(), {});
    const tasks = Object.values(taskGraph.tasks);
    const envs = Object.fromEntries(tasks.map((task) => [task.id, { ...process.env }]));
    const hashes = await hasher.hashTasks(tasks, taskGraph, major >= 22 ? envs : process.env);
    return { tasks: tasks.map((task, index) => describeTask(task, hashes[index], taskGraph)) };
  },
  affected: async ({ targets, changes }) => {
    const nxJson = readNxJson();
    const { calculateFileChanges } = fromNx('project-graph/file-utils');
    const known = major < 21 ? [await fromNx('utils/all-file-data').allFileData()] : [];
    const touchedFiles = calculateFileChanges(changes, ...known, { base: 'HEAD' });
    if (major >= 24) {
      const { computeAffectedTasks } = fromNx('project-graph/affected/affected-tasks');
      resetWorkspaceContext();
      const found = await computeAffectedTasks({ nxJson, targets, touchedFiles, fileChangeArgs: { base: 'HEAD' } });
      return { tasks: sorted(found.affectedTaskIds) };
    }
    const { filterAffected } = fromNx('project-graph/affected/affected-project-graph');
    const graph = await filterAffected(await readGraph(), touchedFiles, nxJson);
    return { projects: sorted(Object.keys(graph.nodes)) };
  },
  environment: async ({ targets }) => {
    const graph = await readGraph();
    const taskGraph = buildTasks(graph, { targets });
    const envOf = (task) => {
      const specific = getTaskSpecificEnv(task, graph);
      return getEnvVariablesForTask(task, specific, undefined, false, false, null, false, graph);
    };
    return Object.fromEntries(Object.values(taskGraph.tasks).map((task) => [task.id, envOf(task)]));
  },
};

const given = new Set();

/** Those of the question, and none of an earlier one. */
function setVariables(env) {
  for (const name of given) delete process.env[name];
  given.clear();
  for (const [name, value] of Object.entries(env)) {
    process.env[name] = value;
    given.add(name);
  }
}

async function readGraph() {
  resetWorkspaceContext();
  return createProjectGraphAsync({ exitOnError: false, resetDaemonClient: true });
}

function buildTasks(graph, { targets, configuration, args }) {
  const projects = Object.keys(graph.nodes);
  return createTaskGraph(graph, {}, projects, targets, configuration, args ?? { __overrides_unparsed__: [] });
}

const sorted = (names) => [...names].sort((a, b) => (a < b ? -1 : 1));

const idOf = (edge) => (typeof edge === 'string' ? edge : edge.id);

function describeTask(task, hash, { dependencies, continuousDependencies }) {
  const edges = [...(dependencies[task.id] ?? []), ...(continuousDependencies?.[task.id] ?? [])];
  return {
    id: task.id,
    hash: hash.value,
    parts: hash.details.nodes,
    outputs: sorted(task.outputs ?? []),
    dependsOn: sorted(new Set(edges.map(idOf))),
  };
}

process.on('message', (question) => {
  answers[question.about](question).then(
    (answer) => process.send({ answer }),
    (error) => process.send({ failure: String(error?.stack ?? error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });
