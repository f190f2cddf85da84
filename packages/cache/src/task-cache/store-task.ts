import { hash as digestOf } from 'node:crypto';
import {
  type ArtifactSource,
  type ExecutionResult,
  type StoreResult,
  type Task,
  type TaskHash,
  type TaskId,
} from '@larder/core';
import { checkOutputs } from '../artifact/check-outputs.ts';
import { describeOutputs, type DescribedOutputs } from '../artifact/describe-outputs.ts';
import { encodeManifest, type Manifest } from '../artifact/manifest.ts';
import { describeInputs } from '../artifact/manifest-inputs.ts';
import { writeArtifact } from '../artifact/write-artifact.ts';
import { readOutputs, type OutputsOnDisk } from '../outputs/read-outputs.ts';
import { OutputTrouble } from '../outputs/output-trouble.ts';
import { canLookUp } from '../remote/can-look-up.ts';
import { recordOutputs } from '../outputs/record-outputs.ts';
import type { OutputsTable } from '../outputs/outputs-table.ts';
import type { LocalStore, StartedEntry } from '../store/local-store.ts';
import type { TaskCacheContext } from './context.ts';
import type { UploadQueue } from './upload-queue.ts';

export interface StoreRequest {
  readonly task: Task;
  readonly hash: TaskHash;
  readonly result: ExecutionResult;
}

interface Written {
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** An artifact that is whole and has no name yet. */
interface Packed {
  readonly entry: StartedEntry;
  readonly written: Written;
  readonly table: OutputsTable | null;
  readonly executionMs: number;
}

/** Packs what a task produced, keeps it locally and hands it to the uploads. */
export class TaskStorer {
  readonly #context: TaskCacheContext;
  /** The local store, or a folder where artifacts wait for their upload. */
  readonly #store: LocalStore;
  readonly #uploads: UploadQueue;

  constructor(context: TaskCacheContext, store: LocalStore, uploads: UploadQueue) {
    this.#context = context;
    this.#store = store;
    this.#uploads = uploads;
  }

  /** Rejects only when `signal` aborts. */
  async store(request: StoreRequest, signal: AbortSignal): Promise<StoreResult> {
    signal.throwIfAborted();
    try {
      // What the table says is about the outputs before this execution.
      this.#context.tables.remove(request.task.id);
      if (!this.#hasPlace()) return { kind: 'stored', sizeBytes: 0 };
      const packed = await this.#pack(request, signal);
      const published = this.#publish(request, packed);
      if (request.result.confirmed === undefined) await published;
      return { kind: 'stored', sizeBytes: packed.written.sizeBytes, published };
    } catch (error) {
      signal.throwIfAborted();
      const code = this.#context.troubles.tellError(error, request.task.id, 'local-write-failed');
      return { kind: 'refused', code };
    }
  }

  #hasPlace(): boolean {
    const { local, remote, remoteMode } = this.#context.options;
    return local !== null || (remote !== null && remoteMode === 'read-write');
  }

  async #pack(request: StoreRequest, signal: AbortSignal): Promise<Packed> {
    const { task, result } = request;
    const { options } = this.#context;
    const outputs = await readOutputs(options.workspaceRootAbsolute, task.outputs);
    if (outputs.kind === 'refused') throw new OutputTrouble(outputs.reason);
    this.#tellMissing(task, outputs);
    const described = await describeOutputs(options.workspaceRootAbsolute, outputs.found, signal);
    const manifest = this.#describe(request, described);
    const manifestBytes = this.#encodeRestorable(manifest, result);
    const entry = await this.#store.startEntry();
    try {
      const stats = new Map(outputs.found.map(({ path, stat }) => [path, stat]));
      const contents = {
        rootAbsolute: options.workspaceRootAbsolute,
        manifestBytes,
        outputs: manifest.outputs,
        terminalOutput: result.terminalOutput,
        signer: options.signer ?? null,
        stats,
        kept: described.kept,
      };
      const written = await writeArtifact(contents, (bytes) => entry.write(bytes), signal);
      await entry.finish();
      const table = this.#recordOutputs(request, { written, manifest, outputs });
      return { entry, written, table, executionMs: manifest.executionMs };
    } catch (error) {
      await entry[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Never rejects: it may go on after the task has settled. */
  async #publish(request: StoreRequest, packed: Packed): Promise<void> {
    const { task, hash, result } = request;
    try {
      await using entry = packed.entry;
      if ((await result.confirmed) === false) return;
      if ((await entry.publish(hash)) === 'stored') await this.#follow(request, packed);
    } catch (error) {
      this.#context.troubles.tellError(error, task.id, 'local-write-failed');
    }
  }

  /**
   * Outputs that a target does not declare are guesses: one of them is enough. Where none is there, the task writes
   * elsewhere or not at all, and only people know which: it is stored as Nx would, and they are told once.
   */
  #tellMissing(task: Task, { found, missing }: OutputsOnDisk): void {
    const { troubles } = this.#context;
    if (task.definition.outputsGuessed === true) {
      if (missing.length === 0 || found.length > 0) return;
      const detail = `the target declares no outputs, and there is none of ${task.outputs.join(', ')}`;
      troubles.tell('output-missing', task.id, detail);
      return;
    }
    for (const path of missing) {
      troubles.tell('output-missing', task.id, `the task did not produce "${path}"`);
    }
  }

  #describe({ task, hash, result }: StoreRequest, { outputs }: DescribedOutputs): Manifest {
    const { larderVersion = 'unknown' } = this.#context.options;
    const { terminalOutput, durationMs } = result;
    const inputs = result.inputs === undefined ? null : describeInputs(result.inputs);
    return {
      hash,
      task: task.id,
      executionMs: Math.max(0, Math.round(durationMs)),
      terminalOutput: { sizeBytes: terminalOutput.byteLength, sha256: digestOf('sha256', terminalOutput, 'hex') },
      ...(inputs === null ? {} : { inputs }),
      outputs,
      producer: { larder: larderVersion, platform: `${process.platform}-${process.arch}` },
    };
  }

  /** What would be refused when it is restored is refused now, where its cause can be named. */
  #encodeRestorable(manifest: Manifest, { terminalOutput }: ExecutionResult): Buffer {
    const { limits } = this.#context;
    const problem = checkOutputs(manifest.outputs, limits);
    if (problem !== null) throw new OutputTrouble(problem);
    if (terminalOutput.byteLength > limits.maxTerminalOutputBytes) {
      throw new OutputTrouble(`the terminal output is over ${limits.maxTerminalOutputBytes} bytes`);
    }
    const bytes = encodeManifest(manifest);
    if (bytes.length > limits.maxManifestBytes) {
      throw new OutputTrouble(`the list of outputs is over ${limits.maxManifestBytes} bytes`);
    }
    return bytes;
  }

  /** Taken when the outputs have just been read: later, others may have changed them. */
  #recordOutputs(
    { task, hash, result }: StoreRequest,
    { written, manifest, outputs }: { written: Written; manifest: Manifest; outputs: OutputsOnDisk },
  ): OutputsTable | null {
    const { local, workspaceRootAbsolute } = this.#context.options;
    if (local === null) return null;
    return recordOutputs(workspaceRootAbsolute, outputs.selection, {
      task: task.id,
      hash,
      executionMs: manifest.executionMs,
      sizeBytes: written.sizeBytes,
      terminalOutput: result.terminalOutput,
      outputs: manifest.outputs,
      found: new Map(outputs.found.map((found) => [found.path, found])),
      recordedAtMs: outputs.atMs,
    });
  }

  /**
   * After the artifact is in place. Where another process stored that hash first, none of this is done:
   * its artifact stays, and the outputs on disk, which may differ from it, are not vouched for.
   */
  async #follow({ task, hash, result }: StoreRequest, { written, table, executionMs }: Packed): Promise<void> {
    const { options, tables } = this.#context;
    const { local, remote, remoteMode } = options;
    if (table !== null) tables.write(table);
    if (local !== null) options.onStored(task.id, 'local', written.sizeBytes);
    if (remote === null || remoteMode === 'read-only') return;
    if (this.#skipsUpload(task.id, written.sizeBytes, executionMs)) return;
    await this.#uploads.add((signal) => this.#upload({ task, hash, result }, written, signal));
  }

  /** Whoever would fetch it has to wait for it as long as this: then executing is the better way. */
  #skipsUpload(task: TaskId, sizeBytes: number, executionMs: number): boolean {
    const { remote, uploadSlowerThanExecution = true, onUploadSkipped } = this.#context.options;
    if (uploadSlowerThanExecution || !canLookUp(remote)) return false;
    const transferMs = remote.estimateTransferMs(sizeBytes);
    if (transferMs === null || transferMs <= executionMs) return false;
    onUploadSkipped?.(task, sizeBytes, { executionMs, transferMs });
    return true;
  }

  async #upload({ task, hash, result }: StoreRequest, written: Written, signal: AbortSignal): Promise<void> {
    const { options, troubles } = this.#context;
    const startedAt = performance.now();
    try {
      if (signal.aborted || options.remote === null) return;
      const source = { ...this.#openSource(hash, written, signal), executionMs: result.durationMs };
      const stored = await options.remote.write(hash, source, signal);
      if (stored === 'exists') return;
      options.onTransfer('upload', written.sizeBytes, performance.now() - startedAt);
      options.onStored(task.id, 'remote', written.sizeBytes);
    } catch (error) {
      if (!signal.aborted) troubles.tellError(error, task.id, 'remote-error');
    } finally {
      if (options.local === null) await this.#store.drop(hash).catch(() => {});
    }
  }

  #openSource(hash: TaskHash, { sizeBytes, sha256 }: Written, signal: AbortSignal): ArtifactSource {
    const store = this.#store;
    return {
      sizeBytes,
      sha256,
      open: async function* () {
        const entry = await store.read(hash, signal);
        if (entry === null) throw new Error('the local entry was removed before it was uploaded');
        yield* entry.body;
      },
    };
  }
}
