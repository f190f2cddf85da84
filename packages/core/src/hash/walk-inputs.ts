import type { Fileset, InputGroup, JsonInput, TaskInputs } from './inputs.ts';

/** Every group that one of the inputs reaches, each once. */
export function* walkGroups(all: Iterable<TaskInputs>): Generator<InputGroup> {
  const seen = new Set<InputGroup>();
  for (const inputs of all) for (const group of inputs.groups) seen.add(group);
  for (const group of seen) {
    yield group;
    for (const dependency of group.dependencies) seen.add(dependency);
  }
}

/** Every set of files that counts for a task, those under `json` and those of other projects included, each once. */
export function* walkFilesets(inputs: TaskInputs): Generator<Fileset> {
  const seen = new Set<Fileset>();
  for (const part of [inputs, ...walkGroups([inputs])]) {
    for (const fileset of filesetsIn(part)) {
      if (!seen.has(fileset)) yield fileset;
      seen.add(fileset);
    }
  }
}

/** The sets of files named by one part itself, without those of the groups that it refers to. */
export function filesetsIn(part: {
  readonly filesets: readonly Fileset[];
  readonly json: readonly JsonInput[];
}): readonly Fileset[] {
  return part.json.length === 0 ? part.filesets : [...part.filesets, ...part.json.map((input) => input.fileset)];
}
