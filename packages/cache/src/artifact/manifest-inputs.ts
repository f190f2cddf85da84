import { hash } from 'node:crypto';
import { isJsonObject, type HashEntry, type HashEntryKind } from '@larder/core';

/** One input of the task, as the hash took it. */
export interface ManifestInput {
  /** A `HashEntryKind` of the version that wrote it; newer versions may know others. */
  readonly kind: string;
  readonly name: string;
  /**
   * The digest that was hashed, 32 lowercase hex digits; or of a text that was hashed, its SHA-256, 64 of them. Absent
   * where the value may be a secret: who reads the cache could try guesses against a digest.
   */
  readonly digest?: string;
}

const maxInputs = 5000;
const maxNameLength = 2000;
const kindSyntax = /^[a-z][a-z-]{0,31}$/;
const ownDigestSyntax = /^[0-9a-f]{32}$/;
/** Their values come from whoever started the run, and from commands; those of the others from the repository. */
const secretKinds: ReadonlySet<HashEntryKind> = new Set(['env', 'args', 'runtime', 'plugin']);
const digestSyntax = /^[0-9a-f]{32}(?:[0-9a-f]{32})?$/;

/**
 * The inputs for a manifest, in the order in which they were hashed. Values become digests, or nothing where they may be
 * secrets. Null where there are too many, or names too long to be worth carrying.
 */
export function describeInputs(entries: readonly HashEntry[]): readonly ManifestInput[] | null {
  if (entries.length > maxInputs || entries.some(({ name }) => name.length > maxNameLength)) return null;
  return entries.map(({ kind, name, value }) => {
    if (secretKinds.has(kind)) return { kind, name };
    return { kind, name, digest: ownDigestSyntax.test(value) ? value : hash('sha256', value, 'hex') };
  });
}

/** Null where the value is no list of inputs within the limits. */
export function readInputs(value: unknown): readonly ManifestInput[] | null {
  if (!Array.isArray(value) || value.length > maxInputs) return null;
  const inputs: ManifestInput[] = [];
  for (const item of value) {
    const input = isJsonObject(item) ? item : {};
    const { kind, name, digest } = input;
    if (typeof kind !== 'string' || !kindSyntax.test(kind)) return null;
    if (typeof name !== 'string' || name.length > maxNameLength) return null;
    if (digest === undefined) {
      inputs.push({ kind, name });
      continue;
    }
    if (typeof digest !== 'string' || !digestSyntax.test(digest)) return null;
    inputs.push({ kind, name, digest });
  }
  return inputs;
}
