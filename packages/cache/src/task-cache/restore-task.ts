import { StoreError, type Task, type TaskHash } from '@larder/core';
import type { ManifestOutput } from '../artifact/manifest.ts';
import { createOutputSelector, type OutputSelector } from '../outputs/output-selector.ts';
import { parseOutputPatterns } from '../outputs/output-patterns.ts';
import type { OutputsTable, RecordedOutput } from '../outputs/outputs-table.ts';
import { OutputTrouble } from '../outputs/output-trouble.ts';
import { recordOutputs, type OutputsToRecord } from '../outputs/record-outputs.ts';
import { lookAtOutputs, surveyOutputs, type OutputsLook, type OutputsSurvey } from '../outputs/survey-outputs.ts';
import { restoreArtifact, type RestoreArtifactOptions, type RestoredArtifact } from '../restore/restore-artifact.ts';
import { FileMaker, usualSlowMs } from '../restore/file-maker.ts';
import { Staging } from '../restore/staging.ts';
import { hasLocalEntry, toUpToDate, type Hit } from './find-up-to-date.ts';
import { openIncoming } from './incoming-artifact.ts';
import type { TaskCacheContext } from './context.ts';

export interface RestoreRequest {
  readonly task: Task;
  readonly hash: TaskHash;
  /** What is known of the outputs on disk, whatever hash they were made for. */
  readonly table: OutputsTable | null;
  readonly signal: AbortSignal;
}

interface Request extends RestoreRequest {
  readonly selector: OutputSelector;
  readonly look: OutputsLook | null;
}

/** Makes the outputs of a task those of a hash, from the nearest place that has them. */
export class TaskRestorer {
  readonly #context: TaskCacheContext;
  readonly #staging: Staging;
  readonly #downloads = new Map<TaskHash, Promise<Hit | null>>();
  readonly #downloaded = new Set<TaskHash>();

  constructor(context: TaskCacheContext) {
    this.#context = context;
    this.#staging = new Staging(context.stagingAbsolute, new FileMaker(usualSlowMs));
  }

  /** Null is a miss. Rejects with errors of the tree and of staging, and when `signal` aborts. */
  async restore(request: RestoreRequest): Promise<Hit | null> {
    const parsed = parseOutputPatterns(request.task.outputs);
    if (parsed.kind === 'invalid') throw new OutputTrouble(parsed.reason);
    const selector = await createOutputSelector(parsed.patterns);
    const look = lookAtOutputs(this.#context.options.workspaceRootAbsolute, selector);
    const complete = { ...request, selector, look };
    const unchanged = await this.#compareWithTable(complete);
    if (unchanged !== null) return unchanged;
    // Comparing takes no time only where there was nothing to compare.
    const next = look.selection.outputs.length === 0 ? complete : { ...complete, look: null };
    return (await this.#restoreLocal(next)) ?? (await this.#restoreRemote({ ...complete, look: null }));
  }

  /** Times moved but contents may not have: after a copy, a `touch`, or an edit that was taken back. */
  async #compareWithTable({ task, hash, table, selector, look }: Request): Promise<Hit | null> {
    if (table?.hash !== hash || !hasLocalEntry(this.#context, table)) return null;
    if (look?.selection.outputs.length === 0 && table.outputs.length > 0) return null;
    const { workspaceRootAbsolute } = this.#context.options;
    const wanted = table.outputs.map(toManifestOutput);
    const survey = await surveyOutputs({ rootAbsolute: workspaceRootAbsolute, selector, table, look }, wanted);
    if (!survey.isExact) return null;
    const { executionMs, sizeBytes, terminalOutput } = table;
    this.#writeTable(selector, survey, {
      task: task.id,
      hash,
      executionMs,
      sizeBytes,
      terminalOutput,
      outputs: wanted,
    });
    return toUpToDate(table);
  }

  async #restoreLocal(request: Request): Promise<Hit | null> {
    const { options, troubles } = this.#context;
    const { task, hash, signal } = request;
    const { local } = options;
    if (local === null) return null;
    try {
      const entry = await local.read(hash, signal);
      if (entry === null) return null;
      const result = await this.#unpack(request, entry.body, {
        mustReadAll: false,
        trust: null,
        onVerified: async () => {},
      });
      if (result.kind === 'restored')
        return this.#record(request, result, { from: 'local', sizeBytes: entry.sizeBytes ?? 0 });
      await local.drop(hash);
      troubles.tell('local-corrupt-entry', task.id, result.reason);
    } catch (error) {
      if (!isReadTrouble(error)) throw error;
      troubles.tellError(error, task.id, 'local-read-failed');
    }
    return null;
  }

  /** One download for a hash at a time: who comes second finds it in the local store. */
  async #restoreRemote(request: Request): Promise<Hit | null> {
    const { hash } = request;
    const running = this.#downloads.get(hash);
    if (running !== undefined) await running.catch(() => null);
    if (running !== undefined || this.#downloaded.has(hash)) {
      const hit = await this.#restoreLocal(request);
      if (hit !== null) return hit;
    }
    const download = this.#download(request);
    this.#downloads.set(hash, download);
    try {
      const hit = await download;
      if (hit !== null) this.#downloaded.add(hash);
      return hit;
    } finally {
      if (this.#downloads.get(hash) === download) this.#downloads.delete(hash);
    }
  }

  async #download(request: Request): Promise<Hit | null> {
    const { task, hash, signal } = request;
    await using incoming = await openIncoming(this.#context, { task: task.id, hash }, signal);
    if (incoming === null) return null;
    try {
      const { body, isKept } = incoming;
      const result = await this.#unpack(request, body, {
        mustReadAll: isKept,
        trust: this.#context.options.trust ?? null,
        onVerified: () => incoming.publish(),
      });
      if (result.kind === 'restored')
        return this.#record(request, result, { from: 'remote', sizeBytes: incoming.sizeBytes });
      const code = result.kind === 'untrusted' ? 'remote-untrusted-artifact' : 'remote-invalid-artifact';
      this.#context.troubles.tell(code, task.id, result.reason);
    } catch (error) {
      if (error !== incoming.failure) throw error;
      signal.throwIfAborted();
      this.#context.troubles.tellError(error, task.id, 'remote-error');
    }
    return null;
  }

  #unpack(
    { task, hash, selector, table, look }: Request,
    bytes: AsyncIterable<Uint8Array>,
    handling: Pick<RestoreArtifactOptions, 'mustReadAll' | 'trust' | 'onVerified'>,
  ): Promise<RestoredArtifact> {
    const { options, limits, tables } = this.#context;
    return restoreArtifact(bytes, {
      context: { rootAbsolute: options.workspaceRootAbsolute, selector, table, look },
      hash,
      limits,
      staging: this.#staging,
      ...handling,
      onSwap: () => tables.remove(task.id),
    });
  }

  #record(
    { task, hash, selector }: Request,
    { manifest, terminalOutput, survey, placed }: Extract<RestoredArtifact, { readonly kind: 'restored' }>,
    { from, sizeBytes }: { readonly from: 'local' | 'remote'; readonly sizeBytes: number },
  ): Hit {
    const { executionMs, outputs } = manifest;
    const facts = { task: task.id, hash, executionMs, sizeBytes, terminalOutput, outputs };
    if (placed === null) this.#writeTable(selector, survey, facts);
    else this.#writeSeen(placed, facts);
    // What had to be fetched was not up to date, even where all the fetched files were in place already.
    const kind = survey.isExact && from === 'local' ? 'up-to-date' : 'restored';
    return { kind, from, terminalOutput, executionMs, sizeBytes };
  }

  /** What was right is vouched for as of when it was looked at; what was put into place one by one, as of now. */
  #writeTable(
    selector: OutputSelector,
    survey: OutputsSurvey,
    facts: Omit<OutputsToRecord, 'found' | 'recordedAtMs'>,
  ): void {
    if (survey.isExact) return this.#writeSeen(survey, facts);
    const { atMs, selection } = lookAtOutputs(this.#context.options.workspaceRootAbsolute, selector);
    const right = [...survey.found].filter(([path, { kind }]) => survey.right.has(path) && kind !== 'directory');
    this.#writeSeen({ found: new Map(right), selection, atMs: right.length > 0 ? survey.atMs : atMs }, facts);
  }

  #writeSeen(
    { found, selection, atMs }: Pick<OutputsSurvey, 'found' | 'selection' | 'atMs'>,
    facts: Omit<OutputsToRecord, 'found' | 'recordedAtMs'>,
  ): void {
    const { workspaceRootAbsolute } = this.#context.options;
    const table = recordOutputs(workspaceRootAbsolute, selection, { ...facts, found, recordedAtMs: atMs });
    if (table !== null) this.#context.tables.write(table);
  }
}

function toManifestOutput(output: RecordedOutput): ManifestOutput {
  const { path, stat } = output;
  switch (output.kind) {
    case 'directory':
      return { kind: output.kind, path, mode: stat.mode };
    case 'file':
      return { kind: output.kind, path, mode: stat.mode, sizeBytes: stat.sizeBytes, sha256: output.sha256 };
    case 'symlink':
      return { kind: output.kind, path, target: output.target };
  }
}

function isReadTrouble(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'local-read-failed';
}
