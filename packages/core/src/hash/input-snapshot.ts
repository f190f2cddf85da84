import type { DigestFunction } from '../ports.ts';
import type { WorkspaceFiles } from '../workspace-files.ts';
import { canonicalJson, encodeList } from './canonical.ts';
import type { HashEntryKind, TaskHashDetails } from './hash-details.ts';
import type { HashMemory } from './hash-memory.ts';
import type { Fileset, InputGroup, TaskInputs } from './inputs.ts';
import { listFileset } from './list-fileset.ts';

/** One value of a hash without the value: what is kept says whether it changed, and nothing about what it was. */
export interface SealedEntry {
  readonly kind: HashEntryKind;
  readonly name: string;
  readonly seal: string;
}

/** What a set of files held, or which sets a group is made of; found by the seal of its entry. */
export type SnapshotNode =
  | { readonly kind: 'files'; readonly files: readonly (readonly [path: string, seal: string])[] }
  | { readonly kind: 'group'; readonly members: readonly (readonly [label: string, seal: string])[] };

export type FindNode = (seal: string) => SnapshotNode | null;

/** Seals values with the workspace's salt, so that nobody can try out which value a seal may stand for. */
export type Seal = (...texts: readonly string[]) => string;

export function createSeal(salt: string, digest: DigestFunction): Seal {
  return (...texts) => digest(encodeList([salt, ...texts]));
}

export function sealEntries(details: TaskHashDetails, seal: Seal): readonly SealedEntry[] {
  return details.entries.map(({ kind, name, value }) => ({ kind, name, seal: seal(kind, name, value) }));
}

/** Finds the nodes of the workspace as it is, and builds only those that are asked for. */
export class LiveNodes {
  readonly #sources = new Map<string, () => SnapshotNode>();
  readonly #known = new Map<string, SnapshotNode>();
  readonly #options: { readonly memory: HashMemory; readonly seal: Seal };

  constructor(options: { readonly memory: HashMemory; readonly seal: Seal }) {
    this.#options = options;
  }

  /** Makes the nodes of a task's inputs findable, those of its groups included as they are reached. */
  add(inputs: TaskInputs): void {
    for (const fileset of inputs.filesets) this.#addFileset(fileset);
    for (const group of inputs.groups) this.#addGroup(group);
  }

  readonly find: FindNode = (seal) => {
    const known = this.#known.get(seal) ?? this.#sources.get(seal)?.() ?? null;
    if (known !== null) this.#known.set(seal, known);
    return known;
  };

  #addFileset(fileset: Fileset): string {
    const { memory, seal } = this.#options;
    const key = seal('files', fileset.label, memory.ofFileset(fileset));
    if (!this.#sources.has(key)) this.#sources.set(key, () => ({ kind: 'files', files: this.#listFiles(fileset) }));
    return key;
  }

  #addGroup(group: InputGroup): string {
    const { memory, seal } = this.#options;
    const key = seal('files', group.label, memory.ofGroup(group));
    if (this.#sources.has(key)) return key;
    this.#sources.set(key, () => ({
      kind: 'group',
      members: [
        ...group.filesets.map((fileset) => [fileset.label, this.#addFileset(fileset)] as const),
        ...group.dependencies.map((below) => [below.label, this.#addGroup(below)] as const),
        ...group.json.map((input) => [input.label, seal('json', input.label, memory.ofJson(input))] as const),
      ],
    }));
    return key;
  }

  #listFiles(fileset: Fileset): readonly (readonly [string, string])[] {
    const { seal, memory } = this.#options;
    const files = memory.filesOf(fileset);
    return listFileset(fileset, files).map((path) => [path, sealFile(path, files, seal)] as const);
  }
}

function sealFile(path: Parameters<WorkspaceFiles['factsOf']>[0], files: Pick<WorkspaceFiles, 'factsOf'>, seal: Seal) {
  const facts = files.factsOf(path);
  return facts === null ? '' : seal('file', canonicalJson([facts.kind, facts.executable, facts.digest]));
}
