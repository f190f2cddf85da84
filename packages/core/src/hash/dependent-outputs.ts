import type { Digest, TaskId } from '../ids.ts';
import type { DigestFunction, OutputFile } from '../ports.ts';
import type { TaskEdge, TaskGraph } from '../task-graph/task-graph.ts';
import { encodeList, encodeSet } from './canonical.ts';
import { ClosureFold } from './closure-fold.ts';
import { GlobCompiler, type Match } from './glob.ts';
import type { DependentOutputs, TaskInputs } from './inputs.ts';
import { sortUnique } from './sort-unique.ts';

/**
 * The inputs that a dependency counts by, in place of its hash: those that ask for its output files, where it declares
 * some and ends. Empty where it counts by its hash. One without outputs cannot be judged by them.
 */
export function listOutputInputs(
  task: TaskId,
  edge: TaskEdge,
  { inputs, taskGraph }: { readonly inputs: TaskInputs; readonly taskGraph: TaskGraph },
): readonly DependentOutputs[] {
  if (!edge.hashed || inputs.dependentOutputs.length === 0) return [];
  const [owner, dependency] = [taskGraph.tasks.get(task), taskGraph.tasks.get(edge.dependency)];
  if (owner === undefined || dependency === undefined) return [];
  if (dependency.outputs.length === 0 || dependency.continuous) return [];
  const isOwn = dependency.project === owner.project;
  const names = [isOwn ? dependency.target : `^${dependency.target}`, `${dependency.project}:${dependency.target}`];
  return inputs.dependentOutputs.filter(({ from }) => from === undefined || from.some((name) => names.includes(name)));
}

/**
 * The tasks that must have finished before the task can be hashed, sorted: the direct dependencies
 * that count by their outputs. What those depend on has finished before them.
 */
export function needsOutputsOf(task: TaskId, inputs: TaskInputs, taskGraph: TaskGraph): readonly TaskId[] {
  const edges = taskGraph.dependencies.get(task) ?? [];
  const taken = edges.filter((edge) => listOutputInputs(task, edge, { inputs, taskGraph }).length > 0);
  return sortUnique(taken.map((edge) => edge.dependency));
}

/** The direct dependencies that count by their hash alone. */
export function countedByHash(task: TaskId, inputs: TaskInputs, taskGraph: TaskGraph): readonly TaskId[] {
  const edges = taskGraph.dependencies.get(task) ?? [];
  return edges
    .filter((edge) => edge.hashed && listOutputInputs(task, edge, { inputs, taskGraph }).length === 0)
    .map((edge) => edge.dependency);
}

/** Digests of the files that finished tasks have produced, by pattern. */
export class OutputDigests {
  readonly #taskGraph: TaskGraph;
  readonly #digest: DigestFunction;
  readonly #outputFilesOf: (task: TaskId) => readonly OutputFile[];
  readonly #globs = new GlobCompiler();
  readonly #transitive = new Map<string, ClosureFold<TaskId, Digest>>();

  constructor(options: {
    readonly taskGraph: TaskGraph;
    readonly digest: DigestFunction;
    /** Asked for finished tasks only. */
    readonly outputFilesOf: (task: TaskId) => readonly OutputFile[];
  }) {
    this.#taskGraph = options.taskGraph;
    this.#digest = options.digest;
    this.#outputFilesOf = options.outputFilesOf;
  }

  /** Covers path, kind, executable bit and digest of each file that matches; folders by themselves do not count. */
  of(task: TaskId, input: DependentOutputs): Digest {
    if (!input.transitive) return this.#digest(this.#encodeOwn(task, input.pattern));
    let fold = this.#transitive.get(input.pattern);
    if (fold === undefined) {
      fold = this.#createFold(input.pattern);
      this.#transitive.set(input.pattern, fold);
    }
    return fold.valueOf(task);
  }

  #createFold(pattern: string): ClosureFold<TaskId, Digest> {
    return new ClosureFold<TaskId, Digest>({
      edgesOf: (task) => {
        const edges = this.#taskGraph.dependencies.get(task) ?? [];
        return edges.filter((edge) => edge.hashed).map((edge) => edge.dependency);
      },
      combine: (members, below) =>
        this.#digest(encodeSet(members.map((task) => this.#encodeOwn(task, pattern))) + encodeSet(below)),
    });
  }

  #encodeOwn(task: TaskId, pattern: string): string {
    const definition = this.#taskGraph.tasks.get(task);
    if (definition === undefined || definition.continuous || definition.outputs.length === 0) return encodeList([]);
    const matches = this.#globs.compile(pattern);
    return encodeSet(this.#outputFilesOf(task).flatMap((file) => encodeFile(file, matches)));
  }
}

function encodeFile(file: OutputFile, matches: Match): readonly string[] {
  if (file.kind === 'directory' || !matches(file.path)) return [];
  const isExecutable = file.kind === 'file' && (file.mode & 0o111) !== 0;
  return [encodeList([file.path, isExecutable ? 'executable' : file.kind, file.digest])];
}
