import { asWorkspacePath, ownValue, type Task, type TaskId, type TaskInputs } from '@larder/core';
import { createDotenvComposer, createDotenvReader, type ReadDotenv } from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import type { Terminal } from '../terminal.ts';
import { describeCallersEnv, describeTaskEnv } from './describe-task-env.ts';

type Variables = Readonly<Record<string, string>>;

export interface DotenvOptions {
  readonly inputsOf: (task: TaskId) => TaskInputs;
  /** Told of each dotenv file that is there and may count for a task. */
  readonly sawPath: (path: string) => void;
}

/**
 * What dotenv files say of the variables of tasks, in workspaces whose tool loads them. Each is read once, so that a task is
 * started with what was hashed.
 */
export class DotenvValues {
  readonly #session: Session;
  readonly #terminal: Terminal;
  readonly #options: DotenvOptions;
  readonly #variables = new Map<TaskId, Variables>();
  #read: ReadDotenv;

  constructor(session: Session, terminal: Terminal, options: DotenvOptions) {
    this.#session = session;
    this.#terminal = terminal;
    this.#options = options;
    this.#read = this.#createReader();
  }

  readonly read: ReadDotenv = (path) => this.#read(path);

  /** Looks at the files that count in the hash of a task, without hashing it. */
  lookFor(task: Task): void {
    const asked = this.#options.inputsOf(task.id).env.find((name) => ownValue(this.#terminal.env, name) === undefined);
    if (asked !== undefined) this.valueOf(asked, task);
  }

  valueOf(name: string, task: Task): string | undefined {
    let variables = this.#variables.get(task.id);
    if (variables === undefined) this.#variables.set(task.id, (variables = this.#compose(task)));
    return ownValue(variables, name);
  }

  /** Reads them again when somebody asks again. */
  forget(): void {
    this.#variables.clear();
    this.#read = this.#createReader();
  }

  #createReader(): ReadDotenv {
    const { rootAbsolute, log } = this.#session;
    return createDotenvReader(rootAbsolute, log, this.#options.sawPath);
  }

  #compose(task: Task): Variables {
    const caller = describeCallersEnv(this.#session, this.#terminal);
    const compose = createDotenvComposer({ ...caller, readDotenv: this.read });
    return compose(describeTaskEnv(this.#session, task, this.#options.inputsOf));
  }
}

/** As Nx does. */
export function loadsDotenv({ workspace }: Session): boolean {
  return workspace.files.has(asWorkspacePath('nx.json'));
}
