import { join } from 'node:path';
import {
  compareSnapshots,
  createSeal,
  findChangedPackages,
  LiveNodes,
  sealEntries,
  type ExternalPackage,
  type Externals,
  type HashMemory,
  type RunEvent,
  type Seal,
  type SnapshotNode,
  type TaskHash,
  type TaskHashDetails,
  type TaskId,
  type TaskInputs,
  type WorkspacePath,
} from '@larder/core';
import { describeInputChanges, type InputChanges } from '@larder/report';
import {
  digest,
  openInputRecords,
  type InputRecord,
  type InputRecordBatch,
  type InputRecords,
} from '@larder/workspace';
import type { Session } from '../session/open-session.ts';
import { collectNodes } from './collect-nodes.ts';
import { TaskTroubles } from './task-troubles.ts';

export interface InputHistorySources {
  readonly inputsOf: (task: TaskId) => TaskInputs;
  /** As the workspace is now: replaced when a file moves. */
  readonly memory: () => HashMemory;
}

/**
 * What went into the hashes of tasks that were executed or restored, kept from run to run so that a miss can be
 * explained file by file. What is up to date was kept then. Nothing is opened or read before the first miss, and nothing
 * is written where nothing was executed or restored.
 */
export class InputHistory {
  readonly #session: Session;
  readonly #sources: InputHistorySources;
  /** Of tasks that were hashed and did not turn out to be up to date. */
  readonly #details = new Map<TaskId, TaskHashDetails>();
  /** Those to keep that were not collected yet, with whether they succeeded. */
  readonly #settled = new Map<TaskId, boolean>();
  readonly #troubles = new TaskTroubles();
  readonly #collected = new Map<TaskId, CollectedRecord>();
  readonly #newNodes = new Map<string, SnapshotNode>();
  readonly #nodes = new Map<string, SnapshotNode | null>();
  /** Undefined: not opened yet. */
  #records: InputRecords | null | undefined = undefined;
  #live: { readonly memory: HashMemory; readonly nodes: LiveNodes } | null = null;

  constructor(session: Session, sources: InputHistorySources) {
    this.#session = session;
    this.#sources = sources;
  }

  noteHashed(details: TaskHashDetails): void {
    this.#details.set(details.task, details);
  }

  noteEvent(event: RunEvent): void {
    this.#troubles.noteEvent(event);
    if (event.type !== 'task-settled') return;
    const { kind } = event.outcome;
    // It may have settled before, and be another one now.
    this.#collected.delete(event.task);
    if (kind === 'executed' || kind === 'restored' || kind === 'failed')
      this.#settled.set(event.task, kind !== 'failed');
    else this.#details.delete(event.task);
  }

  /** One line on what went wrong with what a cache has, or on what differs from the last time that is known. */
  explainMiss(task: TaskId): string | null {
    const trouble = this.#troubles.find(task);
    if (trouble?.isOfResult === true) return `it could not be restored: ${trouble.text}`;
    const details = this.#details.get(task);
    const records = details === undefined ? null : this.#open();
    if (details === undefined || records === null) return null;
    const last = records.findLast(task);
    if (last === null) return 'it was not executed here before';
    if (last.hash === details.hash) {
      if (!last.succeeded) return 'it failed with the same inputs';
      if (trouble !== null) return `nothing changed; it could not be restored: ${trouble.text}`;
      if (last.trouble !== null) return `nothing changed; the last time, ${last.trouble}`;
      return 'nothing changed; the cache does not have it any more';
    }
    return describeInputChanges(this.#compare(records, last, details));
  }

  /** What changed since the task had that hash, or since the last time; null where that is not known. */
  compareSince(
    details: TaskHashDetails,
    hash: TaskHash | null,
  ): { readonly record: InputRecord; readonly changed: InputChanges } | null {
    const records = this.#open();
    const record = hash === null ? records?.findLast(details.task) : records?.findByHash(details.task, hash);
    if (records === null || record === null || record === undefined) return null;
    return { record, changed: this.#compare(records, record, details) };
  }

  /** What `save` would do later, for who has nothing else to do. Nothing before the first miss. Never throws. */
  collect(atEpochMs: number): void {
    const { log } = this.#session;
    try {
      if (this.#records !== undefined && this.#records !== null) this.#collectFor(this.#records, atEpochMs);
    } catch (error) {
      log(`the inputs of this run were not collected: ${String(error)}`);
    }
  }

  /** Keeps what went into the hashes of the tasks of this run. Never throws: it only explains. */
  save(atEpochMs: number): void {
    if (this.#settled.size + this.#collected.size === 0) return;
    const records = this.#open();
    if (records === null) return;
    try {
      this.#collectFor(records, atEpochMs);
      records.write({ ...this.#describe(records), atEpochMs });
      // What is kept need not be kept again, where one run follows the other.
      for (const kept of [this.#details, this.#collected, this.#newNodes, this.#troubles]) kept.clear();
    } catch (error) {
      this.#session.log(`the inputs of this run were not kept: ${String(error)}`);
    }
  }

  close(): void {
    this.#records?.close();
    this.#records = undefined;
  }

  #open(): InputRecords | null {
    const { stateDirectoryAbsolute, log } = this.#session;
    if (this.#records === undefined) this.#records = openInputRecords(join(stateDirectoryAbsolute, 'state'), log);
    return this.#records;
  }

  #compare(records: InputRecords, before: InputRecord, details: TaskHashDetails): InputChanges {
    const seal = createSeal(records.salt, digest);
    const nodes = this.#liveNodes(seal);
    const inputs = this.#sources.inputsOf(details.task);
    nodes.add(inputs);
    const changes = compareSnapshots(
      { entries: before.entries, find: (key) => this.#findNode(records, key) },
      { entries: sealEntries(details, seal), find: nodes.find },
    );
    const isLocked = changes.some((change) => change.kind === 'value' && change.of === 'external');
    return { changes, packages: isLocked ? this.#comparePackages(records, before, inputs) : [] };
  }

  /** Tasks of one run share most of what they are compared with. */
  #findNode(records: InputRecords, seal: string): SnapshotNode | null {
    let node = this.#nodes.get(seal);
    if (node === undefined) {
      node = records.findNode(seal);
      this.#nodes.set(seal, node);
    }
    return node;
  }

  #comparePackages(records: InputRecords, before: InputRecord, inputs: TaskInputs): InputChanges['packages'] {
    const { graph } = this.#session;
    const text = before.packages === null ? null : records.findPackages(before.packages);
    const project = [...graph.projects.keys()].find((name) => before.task.startsWith(`${name}:`));
    if (text === null || project === undefined) return [];
    const externals = parseExternals(text);
    return findChangedPackages({ ...graph, externals }, graph, { project, inputs: inputs.externals });
  }

  #liveNodes(seal: Seal): LiveNodes {
    const memory = this.#sources.memory();
    if (this.#live?.memory !== memory) this.#live = { memory, nodes: new LiveNodes({ memory, seal }) };
    return this.#live.nodes;
  }

  #collectFor(store: InputRecords, atEpochMs: number): void {
    const seal = createSeal(store.salt, digest);
    const isKept = (key: string): boolean => store.hasNodeSince(key, atEpochMs - renewedAfterMs);
    const live = this.#liveNodes(seal);
    for (const [task, succeeded] of this.#settled) {
      const details = this.#details.get(task);
      if (details === undefined) continue;
      live.add(this.#sources.inputsOf(task));
      const entries = sealEntries(details, seal);
      for (const entry of entries)
        if (entry.kind === 'files') collectNodes(entry.seal, { isKept, live }, this.#newNodes);
      this.#collected.set(task, { task, hash: details.hash, succeeded, entries });
    }
    this.#settled.clear();
  }

  #describe(store: InputRecords): Omit<InputRecordBatch, 'atEpochMs'> {
    const text = formatExternals(this.#session.graph.externals);
    const packages = createSeal(store.salt, digest)('packages', digest(text));
    const records = [...this.#collected.values()].map((record) => {
      const trouble = this.#troubles.find(record.task);
      return { ...record, packages, trouble: trouble?.isOfResult === true ? trouble.text : null };
    });
    return { records, nodes: this.#newNodes, packages: new Map([[packages, text]]) };
  }
}

/** What is used goes last when there is too much. */
const renewedAfterMs = 24 * 60 * 60 * 1000;

/** The packages are those of the run, and troubles come until its end. */
type CollectedRecord = Omit<InputRecord, 'packages' | 'trouble'>;

function formatExternals({ packages, resolutions, globalKey }: Externals): string {
  const byRoot = [...resolutions].map(([root, found]) => [root, [...found]]);
  return JSON.stringify({ packages: [...packages.values()], resolutions: byRoot, globalKey });
}

/** Reads what `formatExternals` wrote, from a file of Larder's own. */
function parseExternals(text: string): Externals {
  const saved = JSON.parse(text) as SavedExternals;
  return {
    packages: new Map(saved.packages.map((one) => [one.key, one])),
    resolutions: new Map(saved.resolutions.map(([root, found]) => [root, new Map(found)])),
    globalKey: saved.globalKey,
  };
}

interface SavedExternals {
  readonly packages: readonly ExternalPackage[];
  readonly resolutions: readonly (readonly [WorkspacePath, readonly (readonly [string, string])[]])[];
  readonly globalKey: string;
}
