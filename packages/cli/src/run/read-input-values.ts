import type { InputKind, PluginInput, Problem, Task, TaskGraph, TaskId, TaskInputs } from '@larder/core';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { askRuntimeInputs } from './ask-runtime-inputs.ts';

/** Values of inputs that are found out before hashing begins, as far as they have been read; a later read replaces those that it finds. */
export class InputValues {
  readonly #runtime = new Map<string, string>();
  readonly #plugin = new Map<string, string>();
  readonly #paths = new Set<string>();

  runtimeOutput(command: string): string {
    return this.#runtime.get(command) ?? '';
  }

  /** What was printed, by command. */
  get runtimeOutputs(): ReadonlyMap<string, string> {
    return this.#runtime;
  }

  pluginValue(task: Task, input: PluginInput): string {
    return this.#plugin.get(valueKey(task, input)) ?? '';
  }

  /** Files and folders that plugins looked at, there or not. */
  get paths(): ReadonlySet<string> {
    return this.#paths;
  }

  sawPath(path: string): void {
    this.#paths.add(path);
  }

  take(runtime: ReadonlyMap<string, string>, plugin: ReadonlyMap<string, string>): void {
    for (const [command, output] of runtime) this.#runtime.set(command, output);
    for (const [key, value] of plugin) this.#plugin.set(key, value);
  }
}

interface DeclaredInputs {
  readonly taskGraph: TaskGraph;
  readonly inputsOf: (task: TaskId) => TaskInputs;
}

/**
 * Runs the commands of `runtime` inputs, each once, and asks plugins for the inputs of their kinds. Returns what went
 * wrong; then the values stay as they were.
 */
export async function readInputValues(
  session: Session,
  terminal: Terminal,
  declared: DeclaredInputs & { readonly into: InputValues },
): Promise<readonly Problem[]> {
  const [runtime, plugin] = await Promise.all([
    readRuntime(session, terminal, declared),
    readPluginInputs(session, terminal, declared),
  ]);
  const problems = [...runtime.problems, ...plugin.problems];
  if (problems.length === 0) declared.into.take(runtime.outputs, plugin.values);
  return problems;
}

async function readRuntime(session: Session, terminal: Terminal, { taskGraph, inputsOf }: DeclaredInputs) {
  const commands = new Set([...taskGraph.tasks.keys()].flatMap((task) => inputsOf(task).runtime));
  const problems: Problem[] = [];
  const outputs = new Map<string, string>();
  if (commands.size === 0) return { problems, outputs };
  const results = await askRuntimeInputs(terminal, commands, session);
  for (const [command, result] of results) {
    if (result.kind === 'output') outputs.set(command, result.text);
    else problems.push({ severity: 'error', code: 'runtime-input-failed', command, detail: result.detail });
  }
  return { problems, outputs };
}

async function readPluginInputs(
  session: Session,
  terminal: Terminal,
  { taskGraph, inputsOf, into }: DeclaredInputs & { readonly into: InputValues },
) {
  const kinds = new Map(session.plugins.flatMap((plugin) => plugin.inputKinds ?? []).map((kind) => [kind.kind, kind]));
  const problems: Problem[] = [];
  const values = new Map<string, string>();
  /** Of kinds that do not look at the task, by label: a thousand tasks may share one. */
  const shared = new Map<string, Promise<string | Problem>>();
  for (const task of taskGraph.tasks.values()) {
    for (const input of inputsOf(task.id).plugin) {
      const kind = kinds.get(input.inputKind);
      const read = (): Promise<string | Problem> => readPluginInput(session, terminal, { task, input, kind, into });
      const reading = kind?.ignoresTask === true ? (shared.get(input.label) ?? read()) : read();
      if (kind?.ignoresTask === true) shared.set(input.label, reading);
      const value = await reading;
      if (typeof value === 'string') values.set(valueKey(task, input), value);
      else problems.push(value);
    }
  }
  return { problems: [...new Set(problems)], values };
}

interface PluginReading {
  readonly task: Task;
  readonly input: PluginInput;
  readonly kind: InputKind | undefined;
  readonly into: InputValues;
}

async function readPluginInput(
  session: Session,
  terminal: Terminal,
  reading: PluginReading,
): Promise<string | Problem> {
  const { task, input, kind, into } = reading;
  if (kind === undefined) return invalidInput(task, input.inputKind, 'an input kind of Nx, of Larder or of a plugin');
  const parsed = kind.parseOptions(input.options['value'] ?? input.options);
  if (parsed.kind === 'invalid') {
    const [issue] = parsed.issues;
    return invalidInput(task, issue?.found ?? 'something else', issue?.allowed ?? '');
  }
  const { rootAbsolute, workspace } = session;
  const { signal } = terminal;
  const sawPath = (path: string): void => into.sawPath(path);
  const context = { task, workspaceRootAbsolute: rootAbsolute, files: workspace.files, signal, sawPath };
  try {
    return await kind.read(context, parsed.options);
  } catch (error) {
    terminal.signal.throwIfAborted();
    const detail = error instanceof Error ? error.message : String(error);
    return { severity: 'error', code: 'plugin-failed', plugin: `input kind ${input.inputKind}`, detail };
  }
}

/** Finding the place parses a file again: only for messages. */
function invalidInput(task: Task, found: string, allowed: string): Problem {
  const { location } = task.definition;
  const file = location?.file ?? task.project;
  const facts = { path: `targets.${task.target}.inputs`, found, allowed, ...(location === null ? {} : { location }) };
  return { severity: 'error', code: 'invalid-value', file, ...facts };
}

function valueKey(task: Task, input: PluginInput): string {
  return `${task.id}\n${input.label}`;
}
