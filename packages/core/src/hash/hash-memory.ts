import type { Digest, TaskHash, TaskId, WorkspacePath } from '../ids.ts';
import type { DependentOutputs, Fileset, InputGroup, JsonInput } from './inputs.ts';
import { encodeList, encodeSet } from './canonical.ts';
import { ClosureFold } from './closure-fold.ts';
import { OutputDigests } from './dependent-outputs.ts';
import { ExternalDigests } from './digest-externals.ts';
import { digestFileset } from './digest-fileset.ts';
import { digestJson } from './digest-json.ts';
import type { HashSources } from './hash-sources.ts';
import type { WorkspaceFiles } from '../workspace-files.ts';
import { listFileset } from './list-fileset.ts';

/**
 * The digests that tasks share, each computed once, and the hashes found so far. Holds for one state of
 * the workspace: after a file, the environment or the graph has changed, start a new one.
 */
export class HashMemory {
  readonly sources: HashSources;
  readonly externals: ExternalDigests;
  readonly #hashes = new Map<TaskId, TaskHash>();
  readonly #filesets = new Map<Fileset, Digest>();
  readonly #shared = new Map<Fileset, readonly WorkspacePath[]>();
  readonly #json = new Map<JsonInput, Digest>();
  readonly #groups: ClosureFold<InputGroup, Digest>;
  readonly #texts = new Map<string, Digest>();
  readonly #outputs: OutputDigests;

  constructor(sources: HashSources) {
    this.sources = sources;
    this.externals = new ExternalDigests(sources.graph, sources.digest);
    this.#outputs = new OutputDigests(sources);
    this.#groups = new ClosureFold<InputGroup, Digest>({
      edgesOf: (group) => group.dependencies,
      combine: (members, below) =>
        sources.digest(encodeSet(members.map((group) => this.#encodeGroup(group))) + encodeSet(below)),
    });
  }

  /** The hash of a task that `hashTask` was called for; null before that. */
  hashOf(task: TaskId): TaskHash | null {
    return this.#hashes.get(task) ?? null;
  }

  remember(task: TaskId, hash: TaskHash): void {
    this.#hashes.set(task, hash);
  }

  ofFileset(fileset: Fileset): Digest {
    return obtain(this.#filesets, fileset, () =>
      digestFileset(fileset, this.filesOf(fileset), this.sources.digest, this.#list(fileset)),
    );
  }

  #list(fileset: Fileset): readonly WorkspacePath[] {
    const { within } = fileset;
    if (within === undefined) return listFileset(fileset, this.filesOf(fileset));
    const shared = obtain(this.#shared, within, () => listFileset(within, this.filesOf(within)));
    return shared.filter(fileset.matches);
  }

  /** Where the files of the set are listed and read. */
  filesOf(fileset: Fileset): Pick<WorkspaceFiles, 'has' | 'under' | 'factsOf'> {
    const { files, diskFiles = files } = this.sources;
    return fileset.source === 'disk' ? diskFiles : files;
  }

  ofJson(input: JsonInput): Digest {
    const { files, digest, readText } = this.sources;
    const list = (one: JsonInput) => listFileset(one.fileset, files);
    return obtain(this.#json, input, () => digestJson(input, { digest, list, readText }));
  }

  /** Covers the group and all groups that it reaches. */
  ofGroup(group: InputGroup): Digest {
    return this.#groups.valueOf(group);
  }

  /** Of a value that is not to be shown: a variable, or what a command has printed. */
  ofText(text: string): Digest {
    return obtain(this.#texts, text, () => this.sources.digest(text));
  }

  ofOutputs(task: TaskId, input: DependentOutputs): Digest {
    return this.#outputs.of(task, input);
  }

  #encodeGroup(group: InputGroup): string {
    const filesets = group.filesets.map((fileset) => encodeList([fileset.label, this.ofFileset(fileset)]));
    const json = group.json.map((input) => encodeList([input.label, this.ofJson(input)]));
    return encodeList([group.label, encodeSet(filesets), encodeSet(json)]);
  }
}

function obtain<Key, Value>(known: Map<Key, Value>, key: Key, compute: () => Value): Value {
  let value = known.get(key);
  if (value === undefined) {
    value = compute();
    known.set(key, value);
  }
  return value;
}
