import type { TaskId, WorkspacePath } from '../ids.ts';
import type { InputDefinition, NamedInputs, ProjectGraph, Target } from '../project-graph/project.ts';
import type { Problem, ProblemFacts } from '../problem.ts';
import type { Task } from '../task-graph/task-graph.ts';
import { FilesetBuilder, type FilesetPlace } from './build-fileset.ts';
import { collectDependentOutputs, collectExternals, collectValues, uniteValues } from './collect-values.ts';
import { InputFlattener, type FlatInputs } from './flatten-inputs.ts';
import { InputGroups } from './input-groups.ts';
import type { Fileset, JsonInput, TaskInputs } from './inputs.ts';
import { sortUnique } from './sort-unique.ts';

export interface InputContext {
  readonly graph: ProjectGraph;
  /** The workspace's; a project's own definition of the same name takes precedence. */
  readonly namedInputs: NamedInputs;
  /** Counted by every task whatever it declares: files that reach into all projects, such as a shared tsconfig. */
  readonly commonInputs: readonly InputDefinition[];
  /**
   * Whether version control knows a file at or below the path; true where nobody can tell. Asked only
   * where a file that is not ignored lies in an output of the task that would read it.
   */
  readonly holdsTracked: (path: WorkspacePath) => boolean;
}

/**
 * Resolves the inputs of tasks. Declared inputs that do not exist are problems, each reported once,
 * and count as nothing. Takes time linear in tasks, projects and edges.
 */
export function resolveInputs(
  tasks: Iterable<Task>,
  context: InputContext,
): { readonly inputs: ReadonlyMap<TaskId, TaskInputs>; readonly problems: readonly Problem[] } {
  const resolver = new InputResolver(context);
  const inputs = new Map<TaskId, TaskInputs>();
  for (const task of tasks) inputs.set(task.id, resolver.resolve(task));
  return { inputs, problems: resolver.problems };
}

/** As `resolveInputs`, for one task after the other. Does not notice changes of the graph. */
export class InputResolver {
  readonly #context: InputContext;
  readonly #filesets: FilesetBuilder;
  readonly #flattener: InputFlattener;
  readonly #groups: InputGroups;
  readonly #known = new Map<string, TaskInputs>();
  readonly #problems = new Map<string, Problem>();
  /** Whose inputs are being resolved. Where it stands is found only for a problem: that parses its file. */
  #target: Target | null = null;

  constructor(context: InputContext) {
    this.#context = context;
    const report = (facts: ProblemFacts): void => this.#report(facts);
    this.#filesets = new FilesetBuilder(context.graph.projects.values(), context.holdsTracked);
    this.#flattener = new InputFlattener(context.namedInputs, report);
    this.#groups = new InputGroups({
      graph: context.graph,
      flatten: (input, project) => this.#flattener.flattenReferred(input, project),
      buildFiles: (flat, project) => this.#buildFiles(flat, { project, outputs: [] }),
      report,
    });
  }

  get problems(): readonly Problem[] {
    return [...this.#problems.values()];
  }

  resolve(task: Task): TaskInputs {
    const declared = task.definition.inputs ?? undeclaredInputs;
    const key = JSON.stringify([task.project, declared, task.outputs]);
    let inputs = this.#known.get(key);
    if (inputs === undefined) {
      this.#target = task.definition;
      inputs = this.#resolve([...declared, ...this.#context.commonInputs], task);
      this.#known.set(key, inputs);
    }
    return inputs;
  }

  #resolve(definitions: readonly InputDefinition[], task: Task): TaskInputs {
    const project = this.#context.graph.projects.get(task.project);
    if (project === undefined) throw new Error(`Task ${task.id} is on a project that the graph does not know`);
    const flat = this.#flattener.flatten(definitions, project);
    const groups = this.#groups.find(flat.elsewhere, project);
    const values = uniteValues([collectValues(flat.values), ...groups.map((group) => this.#groups.valuesOf(group))]);
    return {
      ...this.#buildFiles(flat, { project, outputs: task.outputs }),
      ...values,
      groups,
      externals: collectExternals(flat.values) ?? { kind: 'all' },
      dependentOutputs: collectDependentOutputs(flat.values),
    };
  }

  #buildFiles(flat: FlatInputs, place: Omit<FilesetPlace, 'source'>): Pick<TaskInputs, 'filesets' | 'json'> {
    const build = (patterns: readonly string[], source: Fileset['source']): readonly Fileset[] =>
      this.#filesets.build(patterns, { ...place, source }, (pattern) => {
        const feature = 'an input outside the workspace';
        this.#report({ code: 'unsupported', feature, detail: `${pattern} (project ${place.project.name})` });
      });
    const json = flat.values.filter((input) => input.kind === 'json');
    return {
      filesets: [...build(flat.patterns, 'workspace'), ...build(flat.diskPatterns, 'disk')],
      json: json.flatMap((input) => build([input.pattern], 'workspace').map((fileset) => describeJson(fileset, input))),
    };
  }

  #report(facts: ProblemFacts): void {
    const key = JSON.stringify(facts);
    if (this.#problems.has(key)) return;
    const location = this.#target?.location ?? null;
    this.#problems.set(key, { ...facts, severity: 'error', ...(location === null ? {} : { location }) });
  }
}

/** What a target that declares no inputs counts: everything in its project and in those that it depends on. */
const undeclaredInputs: readonly InputDefinition[] = [
  { kind: 'named', name: 'default', of: { kind: 'self' } },
  { kind: 'named', name: 'default', of: { kind: 'dependencies' } },
];

function describeJson(fileset: Fileset, input: Extract<InputDefinition, { readonly kind: 'json' }>): JsonInput {
  const fields = input.fields === null ? null : sortUnique(input.fields);
  const excludeFields = sortUnique(input.excludeFields);
  const which = [fields === null ? 'all fields' : fields.join(', '), ...excludeFields.map((field) => `!${field}`)];
  return { fileset, fields, excludeFields, label: `${fileset.label}: ${which.join(', ')}` };
}
