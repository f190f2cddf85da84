import { compareCodeUnits, asProjectName, type ProjectName } from '../ids.ts';
import type { Project, ProjectGraph } from '../project-graph/project.ts';
import { findNearNames } from '../project-graph/find-near-names.ts';
import type { ProblemFacts } from '../problem.ts';
import { ClosureFold } from './closure-fold.ts';
import { collectValues, uniteValues, type InputValues } from './collect-values.ts';
import type { ElsewhereInput, FlatInputs, ReferredInput } from './flatten-inputs.ts';
import type { InputGroup, TaskInputs } from './inputs.ts';

export interface InputGroupContext {
  readonly graph: ProjectGraph;
  readonly flatten: (input: ReferredInput, project: Project) => FlatInputs;
  readonly buildFiles: (flat: FlatInputs, project: Project) => Pick<TaskInputs, 'filesets' | 'json'>;
  readonly report: (facts: ProblemFacts) => void;
}

/**
 * Finds what inputs come to in other projects. One group per project and input, made when it is first
 * needed and linked to the groups of the projects below, so that the whole costs one step per project
 * and edge, not one per task and project that it reaches.
 */
export class InputGroups {
  readonly #context: InputGroupContext;
  /** By reach and input, then by project. */
  readonly #known = new Map<string, Map<ProjectName, BuiltGroup>>();
  readonly #values: ClosureFold<BuiltGroup, InputValues>;

  constructor(context: InputGroupContext) {
    this.#context = context;
    this.#values = new ClosureFold<BuiltGroup, InputValues>({
      edgesOf: (group) => group.dependencies,
      combine: (members, below) => uniteValues([...members.map((group) => group.values), ...below]),
    });
  }

  /** Sorted by label. */
  find(inputs: readonly ElsewhereInput[], project: Project): readonly InputGroup[] {
    const unfinished: BuiltGroup[] = [];
    const found = this.#refer(inputs, project, unfinished);
    for (let group = unfinished.pop(); group !== undefined; group = unfinished.pop()) this.#link(group, unfinished);
    return found;
  }

  /** The values of the group and of all groups that it reaches. */
  valuesOf(group: InputGroup): InputValues {
    return this.#values.valueOf(group as BuiltGroup);
  }

  #refer(inputs: readonly ElsewhereInput[], project: Project, unfinished: BuiltGroup[]): readonly BuiltGroup[] {
    const found = new Set<BuiltGroup>();
    for (const { scope, input } of inputs) {
      const reach = scope.kind === 'projects' ? 'alone' : 'with-dependencies';
      const names = this.#namesIn(scope, project);
      const known = this.#findKnown(reach, input);
      for (const name of names) {
        const group = known.get(name) ?? this.#build(name, { input, reach });
        if (group === null) continue;
        if (!known.has(name)) unfinished.push(group);
        known.set(name, group);
        found.add(group);
      }
    }
    return [...found].sort((a, b) => compareCodeUnits(a.label, b.label));
  }

  #findKnown(reach: GroupSource['reach'], input: ReferredInput): Map<ProjectName, BuiltGroup> {
    const key = JSON.stringify([reach, input]);
    const known = this.#known.get(key) ?? new Map<ProjectName, BuiltGroup>();
    this.#known.set(key, known);
    return known;
  }

  #build(name: ProjectName, { input, reach }: Pick<GroupSource, 'input' | 'reach'>): BuiltGroup | null {
    const project = this.#findProject(name);
    if (project === null) return null;
    const source = { input, reach, project };
    const flat = this.#context.flatten(input, project);
    const files = this.#context.buildFiles(flat, project);
    const values = collectValues(flat.values);
    return { project: name, label: describeSource(source), ...files, values, source, flat, dependencies: [] };
  }

  #link(group: BuiltGroup, unfinished: BuiltGroup[]): void {
    const { input, reach, project } = group.source;
    const further: ElsewhereInput[] = reach === 'alone' ? [] : [{ scope: { kind: 'dependencies' }, input }];
    group.dependencies = this.#refer([...further, ...group.flat.elsewhere], project, unfinished);
  }

  #namesIn(scope: ElsewhereInput['scope'], project: Project): readonly ProjectName[] {
    switch (scope.kind) {
      case 'dependencies':
        return this.#dependenciesOf(project);
      case 'projects':
        return scope.projects.map(asProjectName);
      case 'dependencies-of':
        return scope.projects.flatMap((name) => {
          const named = this.#findProject(asProjectName(name));
          return named === null ? [] : this.#dependenciesOf(named);
        });
    }
  }

  #dependenciesOf(project: Project): readonly ProjectName[] {
    return (this.#context.graph.dependencies.get(project.name) ?? []).map((edge) => edge.dependency);
  }

  #findProject(name: ProjectName): Project | null {
    const { projects } = this.#context.graph;
    const project = projects.get(name);
    if (project !== undefined) return project;
    this.#context.report({ code: 'unknown-project', project: name, near: findNearNames(name, projects.keys()) });
    return null;
  }
}

interface GroupSource {
  readonly input: ReferredInput;
  readonly reach: 'alone' | 'with-dependencies';
  readonly project: Project;
}

interface BuiltGroup extends InputGroup {
  /** Its own, without those below. */
  readonly values: InputValues;
  readonly source: GroupSource;
  readonly flat: FlatInputs;
  dependencies: readonly BuiltGroup[];
}

function describeSource({ input, reach, project }: GroupSource): string {
  const what = input.kind === 'named' ? input.name : `(${input.patterns.join(', ')})`;
  return `${reach === 'alone' ? '' : '^'}${what} from ${project.name}`;
}
