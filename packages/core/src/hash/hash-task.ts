import { compareCodeUnits, toTaskHash, type TaskHash } from '../ids.ts';
import type { Task } from '../task-graph/task-graph.ts';
import { canonicalJson, encodeText } from './canonical.ts';
import { listOutputInputs } from './dependent-outputs.ts';
import type { HashEntry, HashEntryKind, TaskHashDetails } from './hash-details.ts';
import type { HashMemory } from './hash-memory.ts';
import type { TaskInputs } from './inputs.ts';

/** Raised whenever the same inputs come to be hashed in another way: hashes of different versions never meet. */
const hashVersion = '2';

/**
 * The hash of a task: equal inputs give equal hashes on every machine, whatever the order in which
 * files, projects and keys were found; unequal inputs give unequal ones. Each entry is hashed as it
 * is shown, kind, name and value, each with its length.
 *
 * | kind | name | value |
 * |---|---|---|
 * | `hash-version` | `larder` | version of this table |
 * | `executor` | `executor`, `project`, `target`, `configuration` | their names: the process can see them |
 * | `executor` | `scriptContent`, `preScriptContent`, `postScriptContent` | the text of a script |
 * | `options` | key, configuration merged in | canonical JSON |
 * | `args` | `args` | canonical JSON of what stood after `--`, where this task gets it |
 * | `files` | patterns of a fileset | digest over path, kind, executable bit and bytes of each file but the task's own outputs |
 * | `files` | `^input from <project>` | the same over that project and all that it depends on |
 * | `json` | patterns and fields | digest over the paths and the chosen fields |
 * | `env` | variable | digest of the value, or `unset` |
 * | `runtime` | command line | digest of what it printed |
 * | `external` | `project`, `root manifest` | digest over the packages that these ask for, and all that those use |
 * | `external` | `package <name>` | the same for one package, where `externalDependencies` are declared |
 * | `external` | `lockfile` | whatever in it concerns every package |
 * | `task` | dependency | its hash |
 * | `output-files` | dependency and pattern | digest over path, kind, executable bit and bytes of what it produced |
 * | `outputs` | pattern | empty |
 * | `platform` | `os`, `arch` | where declared |
 * | `working-directory` | `root` | the project's root: the command runs there |
 * | `working-directory` | `absolute` or `relative` | where declared: the folder in which the command was given |
 * | `plugin` | input kind and options | digest of what the plugin read |
 *
 * A dependency counts by its hash, so that what it was made from counts even where no `^` asks for
 * it. Where the task declares `dependentTasksOutputFiles` it has said which files it takes from its
 * dependencies, and these count instead: a dependency that was rebuilt to the same files causes no
 * rebuild here (early cut-off). The price is that such a task cannot be hashed before its dependencies
 * have finished. Dependencies that declare no outputs, or never end, count by their hash all the same.
 *
 * Deliberately not in it: absolute paths (the task graph's options hold paths relative to the
 * workspace), times, owners, other permission bits, variables that are not declared, the values of
 * secrets, the order of patterns, tags, descriptions, `parallelism`, retries, the number of slots, and
 * dependencies with `inputs: false`.
 *
 * Every dependency with a hashed edge must have been hashed with the same memory, and those that
 * `needsOutputsOf` names must have finished; else it throws. Throws what the sources throw.
 */
export function hashTask(task: Task, inputs: TaskInputs, memory: HashMemory): TaskHashDetails {
  const entries = [
    ...describeCommand(task),
    ...describeFiles(inputs, memory),
    ...describeSurroundings(task, inputs, memory),
    ...describeExternals(task, inputs, memory),
    ...describeDependencies(task, inputs, memory),
  ].sort(compareEntries);
  const hash = hashEntries(entries, memory);
  memory.remember(task.id, hash);
  return { task: task.id, hash, entries };
}

/** Where a target is a script of package.json: its text and those that run before and after it. */
const scriptTexts = ['scriptContent', 'preScriptContent', 'postScriptContent'];

function describeCommand(task: Task): readonly HashEntry[] {
  return [
    entry('hash-version', 'larder', hashVersion),
    entry('executor', 'executor', task.definition.executor),
    ...scriptTexts.flatMap((name) => {
      const text = task.definition.metadata[name];
      return typeof text === 'string' ? [entry('executor', name, text)] : [];
    }),
    entry('executor', 'project', task.project),
    entry('executor', 'target', task.target),
    ...(task.configuration === null ? [] : [entry('executor', 'configuration', task.configuration)]),
    ...Object.entries(task.options).map(([key, value]) => entry('options', key, canonicalJson(value))),
    entry('args', 'args', canonicalJson(task.args)),
    ...task.outputs.map((pattern) => entry('outputs', pattern, '')),
    entry('working-directory', 'root', task.projectRoot),
  ];
}

function describeFiles(inputs: TaskInputs, memory: HashMemory): readonly HashEntry[] {
  return [
    ...inputs.filesets.map((fileset) => entry('files', fileset.label, memory.ofFileset(fileset))),
    ...inputs.groups.map((group) => entry('files', group.label, memory.ofGroup(group))),
    ...inputs.json.map((input) => entry('json', input.label, memory.ofJson(input))),
  ];
}

function describeSurroundings(task: Task, inputs: TaskInputs, memory: HashMemory): readonly HashEntry[] {
  const { sources } = memory;
  const { os, arch } = sources.platform;
  const directory = inputs.workingDirectory;
  return [
    ...inputs.env.map((name) => {
      const value = sources.env(name, task);
      return entry('env', name, value === undefined ? 'unset' : memory.ofText(value));
    }),
    ...inputs.runtime.map((command) => entry('runtime', command, memory.ofText(sources.runtimeOutput(command)))),
    ...inputs.plugin.map((input) => entry('plugin', input.label, memory.ofText(sources.pluginValue(task, input)))),
    ...(inputs.platform === null ? [] : [entry('platform', 'os', os)]),
    ...(inputs.platform === 'os-arch' ? [entry('platform', 'arch', arch)] : []),
    ...(directory === null ? [] : [entry('working-directory', directory, sources.workingDirectory(directory))]),
  ];
}

function describeExternals(task: Task, inputs: TaskInputs, memory: HashMemory): readonly HashEntry[] {
  const { externals, sources } = memory;
  const lockfile = entry('external', 'lockfile', sources.graph.externals.globalKey);
  if (inputs.externals.kind === 'all') {
    const root = entry('external', 'root manifest', externals.ofRoot());
    return [lockfile, root, entry('external', 'project', externals.ofProject(task.project))];
  }
  const { packages } = inputs.externals;
  if (packages.length === 0) return [];
  return [
    lockfile,
    ...packages.map((name) => entry('external', `package ${name}`, externals.ofPackage(name, task.project))),
  ];
}

function describeDependencies(task: Task, inputs: TaskInputs, memory: HashMemory): readonly HashEntry[] {
  const { taskGraph } = memory.sources;
  const edges = (taskGraph.dependencies.get(task.id) ?? []).filter((edge) => edge.hashed);
  return edges.flatMap((edge) => {
    const { dependency } = edge;
    const taken = listOutputInputs(task.id, edge, { inputs, taskGraph });
    if (taken.length === 0) return [entry('task', dependency, requireHash(task, dependency, memory))];
    return taken.map((input) => {
      const reach = input.transitive ? 'and below' : 'alone';
      return entry('output-files', `${dependency} ${reach}: ${input.pattern}`, memory.ofOutputs(dependency, input));
    });
  });
}

function requireHash(task: Task, dependency: Task['id'], memory: HashMemory): TaskHash {
  const hash = memory.hashOf(dependency);
  if (hash === null) throw new Error(`${task.id} cannot be hashed before ${dependency}`);
  return hash;
}

function hashEntries(entries: readonly HashEntry[], memory: HashMemory): TaskHash {
  let encoded = '';
  for (const { kind, name, value } of entries) encoded += encodeText(kind) + encodeText(name) + encodeText(value);
  return toTaskHash(memory.sources.digest(encoded));
}

function entry(kind: HashEntryKind, name: string, value: string): HashEntry {
  return { kind, name, value };
}

function compareEntries(a: HashEntry, b: HashEntry): number {
  return compareCodeUnits(a.kind, b.kind) || compareCodeUnits(a.name, b.name) || compareCodeUnits(a.value, b.value);
}
