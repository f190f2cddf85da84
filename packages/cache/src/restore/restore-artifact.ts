import type { TaskHash } from '@larder/core';
import type { ArtifactLimits } from '../artifact/limits.ts';
import type { Manifest } from '../artifact/manifest.ts';
import {
  readArtifact,
  type ArtifactRead,
  type ManifestVerdict,
  type RefusedArtifact,
} from '../artifact/read-artifact.ts';
import type { SignatureCheck } from '../artifact/signature.ts';
import type { FoundOutput } from '../outputs/found-output.ts';
import type { Selection } from '../outputs/output-selector.ts';
import { buildTree } from '../outputs/output-tree.ts';
import { surveyOutputs, type OutputsSurvey, type SurveyContext } from '../outputs/survey-outputs.ts';
import { CollectedOutputs } from './collected-outputs.ts';
import { OutputStage } from './output-stage.ts';
import type { Staging } from './staging.ts';
import { swapOutputs } from './swap-outputs.ts';

export interface RestoreArtifactOptions {
  readonly context: SurveyContext;
  readonly hash: TaskHash;
  readonly limits: ArtifactLimits;
  readonly trust: SignatureCheck | null;
  readonly staging: Staging;
  /** Where `bytes` must be read and verified to the end, even if the outputs are right already. */
  readonly mustReadAll: boolean;
  /** After the artifact was verified to its last byte and before the tree is touched. */
  readonly onVerified: () => Promise<void>;
  /** Immediately before outputs that are there are touched. */
  readonly onSwap: () => void;
}

export type RestoredArtifact =
  | {
      readonly kind: 'restored';
      readonly manifest: Manifest;
      readonly terminalOutput: Buffer;
      /** Of the tree before; `isExact` where nothing had to be changed. */
      readonly survey: OutputsSurvey;
      /** Null where outputs were there before, or not all of them were put in place with their folders. */
      readonly placed: PlacedOutputs | null;
    }
  | RefusedArtifact;

/** All outputs of a task as they were put in place, where none was. */
export interface PlacedOutputs {
  readonly found: ReadonlyMap<string, FoundOutput>;
  /** What the task declares of them. */
  readonly selection: Selection;
  /** Wall clock before the first of them was made. */
  readonly atMs: number;
}

/**
 * Verifies an artifact and then makes the declared outputs exactly what it holds. An artifact that is not right in every
 * byte touches nothing. Rejects with what `bytes` throws, with errors of the file system, and with `OutputTrouble`.
 */
export async function restoreArtifact(
  bytes: AsyncIterable<Uint8Array>,
  options: RestoreArtifactOptions,
): Promise<RestoredArtifact> {
  using plan = new RestorePlan(options);
  const read = await readArtifact(bytes, { ...options, onManifest: (manifest) => plan.judge(manifest) });
  if (read.kind !== 'valid') return read;
  return await plan.finish(read);
}

class RestorePlan implements Disposable {
  readonly #options: RestoreArtifactOptions;
  #declared: Selection | null = null;
  #survey: OutputsSurvey | null = null;
  #collected: CollectedOutputs | null = null;

  constructor(options: RestoreArtifactOptions) {
    this.#options = options;
  }

  async judge(manifest: Manifest): Promise<ManifestVerdict> {
    const { context, mustReadAll, staging } = this.#options;
    this.#declared = context.selector.select(buildTree(manifest.outputs));
    const undeclared = findUndeclared(manifest, this.#declared);
    if (undeclared !== null)
      return { kind: 'refuse', reason: `the task does not declare "${undeclared}" as an output` };
    this.#survey = await surveyOutputs(context, manifest.outputs);
    if (this.#survey.isExact && !mustReadAll) return { kind: 'enough' };
    this.#collected = new CollectedOutputs(staging, this.#survey.right);
    return { kind: 'read', sink: this.#collected };
  }

  async finish({ manifest, terminalOutput }: Extract<ArtifactRead, { kind: 'valid' }>): Promise<RestoredArtifact> {
    const [survey, collected] = [this.#survey, this.#collected];
    if (survey === null) throw new Error('an artifact was read without its manifest');
    if (collected !== null) await this.#options.onVerified();
    const placed = collected === null || survey.isExact ? null : await this.#place(manifest, survey, collected);
    return { kind: 'restored', manifest, terminalOutput, survey, placed };
  }

  [Symbol.dispose](): void {
    this.#collected?.[Symbol.dispose]();
  }

  async #place(
    { outputs }: Manifest,
    survey: OutputsSurvey,
    collected: CollectedOutputs,
  ): Promise<PlacedOutputs | null> {
    const { staging, context, onSwap } = this.#options;
    using stage = new OutputStage(staging, collected);
    const atMs = Date.now();
    await stage.fill(outputs, survey);
    if (survey.selection.outputs.length > 0) onSwap();
    await swapOutputs({ rootAbsolute: context.rootAbsolute, wanted: outputs, survey, stage });
    const selection = this.#declared;
    const isWhole =
      context.selector.isPlain && survey.selection.outputs.length === 0 && stage.found.size === outputs.length;
    return isWhole && selection !== null ? { found: stage.found, selection, atMs } : null;
  }
}

/** What is declared is decided by the selection that also finds the outputs to store. */
function findUndeclared({ outputs }: Manifest, selection: Selection): string | null {
  const declared = new Set(selection.outputs.map(({ path }) => path));
  const undeclared = outputs.find(({ path }) => !declared.has(path));
  if (undeclared !== undefined) return undeclared.path;
  // A declared folder that the manifest does not name: an output without the folder that it lies in.
  if (declared.size === outputs.length) return null;
  const named = new Set(outputs.map(({ path }) => path));
  return [...declared].find((path) => !named.has(path)) ?? null;
}
