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
  readonly #lists = new Map<Fileset, readonly WorkspacePath[]>();
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
    return obtain(this.#filesets, fileset, () => {
      const { within } = fileset;
      if (within === undefined) return this.#digest(fileset, this.#list(fileset));
      const shared = this.#list(within);
      const own = shared.filter(fileset.matches);
      // Labels are no part of a digest. What nobody tracks is read anew for each set: it may have moved since.
      const isSame = own.length === shared.length && fileset.source === 'workspace';
      return isSame ? this.ofFileset(within) : this.#digest(fileset, own);
    });
  }

  #digest(fileset: Fileset, paths: readonly WorkspacePath[]): Digest {
    return digestFileset(fileset, this.filesOf(fileset), this.sources.digest, paths);
  }

  #list(fileset: Fileset): readonly WorkspacePath[] {
    return obtain(this.#lists, fileset, () => listFileset(fileset, this.filesOf(fileset)));
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
