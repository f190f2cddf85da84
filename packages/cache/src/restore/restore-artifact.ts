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
import { buildTree } from '../outputs/output-tree.ts';
import { surveyOutputs, type OutputsSurvey, type SurveyContext } from '../outputs/survey-outputs.ts';
import { StagedOutputs } from './staged-outputs.ts';
import { Staging } from './staging.ts';
import { swapOutputs } from './swap-outputs.ts';

export interface RestoreArtifactOptions {
  readonly context: SurveyContext;
  readonly hash: TaskHash;
  readonly limits: ArtifactLimits;
  readonly trust: SignatureCheck | null;
  readonly stagingAbsolute: string;
  /** Where `bytes` must be read and verified to the end, even if the outputs are right already. */
  readonly mustReadAll: boolean;
  /** After the artifact was verified to its last byte and before the tree is touched. */
  readonly onVerified: () => Promise<void>;
  /** Immediately before the tree is touched. */
  readonly onSwap: () => void;
}

export type RestoredArtifact =
  | {
      readonly kind: 'restored';
      readonly manifest: Manifest;
      readonly terminalOutput: Buffer;
      /** Of the tree before; `isExact` where nothing had to be changed. */
      readonly survey: OutputsSurvey;
    }
  | RefusedArtifact;

/**
 * Verifies an artifact into a staging folder and then makes the declared outputs exactly what it holds.
 * An artifact that is not right in every byte touches nothing. Rejects with what `bytes` throws, with
 * errors of the file system, and with `OutputTrouble`.
 */
export async function restoreArtifact(
  bytes: AsyncIterable<Uint8Array>,
  options: RestoreArtifactOptions,
): Promise<RestoredArtifact> {
  await using staging = new Staging(options.stagingAbsolute);
  await using plan = new RestorePlan(staging, options);
  const read = await readArtifact(bytes, { ...options, onManifest: (manifest) => plan.judge(manifest) });
  if (read.kind !== 'valid') return read;
  return await plan.finish(read);
}

class RestorePlan implements AsyncDisposable {
  readonly #staging: Staging;
  readonly #options: RestoreArtifactOptions;
  #survey: OutputsSurvey | null = null;
  #staged: StagedOutputs | null = null;

  constructor(staging: Staging, options: RestoreArtifactOptions) {
    this.#staging = staging;
    this.#options = options;
  }

  async judge(manifest: Manifest): Promise<ManifestVerdict> {
    const undeclared = findUndeclared(manifest, this.#options.context);
    if (undeclared !== null)
      return { kind: 'refuse', reason: `the task does not declare "${undeclared}" as an output` };
    this.#survey = await surveyOutputs(this.#options.context, manifest.outputs);
    if (this.#survey.isExact && !this.#options.mustReadAll) return { kind: 'enough' };
    this.#staged = new StagedOutputs(this.#staging, this.#survey.right);
    return { kind: 'read', sink: this.#staged };
  }

  async finish({ manifest, terminalOutput }: Extract<ArtifactRead, { kind: 'valid' }>): Promise<RestoredArtifact> {
    const [survey, staged] = [this.#survey, this.#staged];
    if (survey === null) throw new Error('an artifact was read without its manifest');
    await staged?.settle();
    if (staged !== null) await this.#options.onVerified();
    if (staged !== null && !survey.isExact) {
      staged.addLinks(manifest.outputs);
      this.#options.onSwap();
      const { rootAbsolute } = this.#options.context;
      await swapOutputs({ rootAbsolute, wanted: manifest.outputs, survey, staged: staged.files });
    }
    return { kind: 'restored', manifest, terminalOutput, survey };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#staged?.[Symbol.asyncDispose]();
  }
}

/** What is declared is decided by the selection that also finds the outputs to store. */
function findUndeclared(manifest: Manifest, { selector }: SurveyContext): string | null {
  const declared = new Set(selector.select(buildTree(manifest.outputs)).outputs.map(({ path }) => path));
  const undeclared = manifest.outputs.find(({ path }) => !declared.has(path));
  if (undeclared !== undefined) return undeclared.path;
  // A declared folder that the manifest does not name: an output without the folder that it lies in.
  const named = new Set(manifest.outputs.map(({ path }) => path));
  return [...declared].find((path) => !named.has(path)) ?? null;
}
