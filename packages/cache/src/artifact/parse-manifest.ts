import { isJsonObject, parseTaskHash, type JsonObject } from '@larder/core';
import { countJsonValues } from './count-json-values.ts';
import type { ArtifactLimits } from './limits.ts';
import { encodeManifest, manifestVersion, type Manifest, type ManifestOutput } from './manifest.ts';
import { readInputs } from './manifest-inputs.ts';

export type ParsedManifest =
  | { readonly kind: 'valid'; readonly manifest: Manifest }
  | { readonly kind: 'invalid'; readonly reason: string };

/** With itself: kind, mode, path, digest and size. */
const valuesPerOutput = 6;
/** Of the inputs, of which there are no more than `readInputs` takes, and of everything else. */
const mostOtherValues = 25_000;

/** Checks the shape and that the encoding is the canonical one; `checkOutputs` judges the outputs. */
export function parseManifest(bytes: Uint8Array, { maxEntries }: Pick<ArtifactLimits, 'maxEntries'>): ParsedManifest {
  const mostValues = maxEntries * valuesPerOutput + mostOtherValues;
  if (countJsonValues(bytes, mostValues) > mostValues) return invalid(`the manifest has over ${mostValues} values`);
  const json = parseJson(bytes);
  if (!isJsonObject(json)) return invalid('the manifest is not a JSON object');
  if (json.v !== manifestVersion) return invalid(`the manifest has version ${JSON.stringify(json.v ?? null)}, not 1`);
  const manifest = readManifest(json);
  if (manifest === null) return invalid('the manifest lacks a value or has one of the wrong kind');
  if (!encodeManifest(manifest).equals(bytes)) return invalid('the manifest is not in its canonical form');
  return { kind: 'valid', manifest };
}

function readManifest(json: JsonObject): Manifest | null {
  const hash = typeof json.hash === 'string' ? parseTaskHash(json.hash) : null;
  const { task, executionMs, terminalOutput, outputs, producer } = json;
  if (hash === null || typeof task !== 'string' || json.exitCode !== 0 || !isCount(executionMs)) return null;
  if (!isJsonObject(terminalOutput) || !isCount(terminalOutput.sizeBytes) || !isSha256(terminalOutput.sha256)) {
    return null;
  }
  if (!isJsonObject(producer) || typeof producer.larder !== 'string' || typeof producer.platform !== 'string') {
    return null;
  }
  const parsedOutputs = readOutputs(outputs);
  const inputs = json.inputs === undefined ? undefined : readInputs(json.inputs);
  if (parsedOutputs === null || inputs === null) return null;
  return {
    hash,
    task,
    executionMs,
    terminalOutput: { sizeBytes: terminalOutput.sizeBytes, sha256: terminalOutput.sha256 },
    ...(inputs === undefined ? {} : { inputs }),
    outputs: parsedOutputs,
    producer: { larder: producer.larder, platform: producer.platform },
  };
}

function readOutputs(value: unknown): readonly ManifestOutput[] | null {
  if (!Array.isArray(value)) return null;
  const outputs: ManifestOutput[] = [];
  for (const item of value) {
    const output = isJsonObject(item) ? readOutput(item) : null;
    if (output === null) return null;
    outputs.push(output);
  }
  return outputs;
}

function readOutput({ kind, path, mode, sizeBytes, sha256, target }: JsonObject): ManifestOutput | null {
  if (typeof path !== 'string') return null;
  if (kind === 'symlink') return typeof target === 'string' ? { kind, path, target } : null;
  if (!isCount(mode) || mode > 0o777) return null;
  if (kind === 'directory') return { kind, path, mode };
  if (kind !== 'file' || !isCount(sizeBytes) || !isSha256(sha256)) return null;
  return { kind, path, mode, sizeBytes, sha256 };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSha256(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function invalid(reason: string): ParsedManifest {
  return { kind: 'invalid', reason };
}
