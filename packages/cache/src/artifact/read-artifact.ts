import { createHash, hash } from 'node:crypto';
import type { TaskHash } from '@larder/core';
import { manifestName, ownMode, signatureName, terminalOutputName, toTarEntry } from './archive-names.ts';
import { ByteSource } from './byte-source.ts';
import { checkOutputs } from './check-outputs.ts';
import { decompress } from './compression.ts';
import { InvalidArtifact, UntrustedArtifact } from './invalid-artifact.ts';
import type { ArtifactLimits } from './limits.ts';
import type { Manifest, ManifestOutput } from './manifest.ts';
import { parseManifest } from './parse-manifest.ts';
import { maxSignatureBytes, parseSignatureEntry, type ArtifactSignature, type SignatureCheck } from './signature.ts';
import { runSteps, waitFor, type Steps } from './steps.ts';
import type { TarEntry } from './tar-entry.ts';
import { TarReader } from './tar-reader.ts';

export interface ReadArtifactOptions {
  readonly hash: TaskHash;
  readonly limits: ArtifactLimits;
  /** Null takes signed and unsigned artifacts alike. */
  readonly trust: SignatureCheck | null;
  /**
   * Called once, before any output. A reason refuses the artifact. `enough`: the bodies are not
   * needed; then the rest is neither read nor verified.
   */
  readonly onManifest: (manifest: Manifest) => Promise<ManifestVerdict>;
}

export type ManifestVerdict =
  | { readonly kind: 'refuse'; readonly reason: string }
  | { readonly kind: 'enough' }
  | { readonly kind: 'read'; readonly sink: OutputSink };

export interface OutputSink {
  /**
   * The bytes of one file in order, at least one call for each file; not verified yet. `isLast` comes only after
   * `sizeBytes` bytes. Files of up to 256 KiB come in one call.
   */
  write(file: FileOutput, bytes: Uint8Array, isLast: boolean): void;
}

export type FileOutput = Extract<ManifestOutput, { kind: 'file' }>;

const wholeBytes = 256 * 1024;

export type ArtifactRead =
  | {
      readonly kind: 'valid';
      readonly manifest: Manifest;
      readonly terminalOutput: Buffer;
      readonly isComplete: boolean;
    }
  | RefusedArtifact;

export interface RefusedArtifact {
  /** `untrusted`: nobody vouches for it whose key is pinned. */
  readonly kind: 'invalid' | 'untrusted';
  readonly reason: string;
}

/**
 * Reads an artifact and verifies it: it holds exactly the entries of its manifest, with their sizes,
 * modes and SHA-256s, for the hash that was asked for. Memory stays bounded whatever its size.
 * Rejects only with what `bytes` or the sink throw.
 */
export async function readArtifact(
  bytes: AsyncIterable<Uint8Array>,
  options: ReadArtifactOptions,
): Promise<ArtifactRead> {
  const source = new ByteSource(decompress(bytes));
  try {
    return await runSteps(new ArtifactReader(source, options).read());
  } catch (error) {
    if (error instanceof UntrustedArtifact) return { kind: 'untrusted', reason: error.message };
    if (error instanceof InvalidArtifact) return { kind: 'invalid', reason: error.message };
    throw error;
  } finally {
    await source.close();
  }
}

class ArtifactReader {
  readonly #source: ByteSource;
  readonly #tar: TarReader;
  readonly #options: ReadArtifactOptions;
  /** A header that was read ahead. */
  #next: TarEntry | null = null;

  constructor(source: ByteSource, options: ReadArtifactOptions) {
    this.#source = source;
    this.#tar = new TarReader(source);
    this.#options = options;
  }

  *read(): Steps<ArtifactRead> {
    const manifest = yield* this.#readManifest();
    const terminalOutput = yield* this.#readTerminalOutput(manifest);
    const verdict = yield* waitFor(this.#options.onManifest(manifest));
    if (verdict.kind === 'refuse') throw new InvalidArtifact(verdict.reason);
    if (verdict.kind === 'enough') return { kind: 'valid', manifest, terminalOutput, isComplete: false };
    for (const output of manifest.outputs) yield* this.#readOutput(output, verdict.sink);
    yield* this.#tar.expectEnd();
    return { kind: 'valid', manifest, terminalOutput, isComplete: true };
  }

  *#readManifest(): Steps<Manifest> {
    const entry = yield* this.#tar.readEntry();
    if (entry.kind !== 'file' || entry.path !== manifestName)
      throw new InvalidArtifact('the first entry is no manifest');
    const body = yield* this.#takeBody(entry.sizeBytes, this.#options.limits.maxManifestBytes);
    const signature = yield* this.#readSignature();
    // Before anything of it is parsed, which is the most that a stranger could ask for.
    const distrust = this.#options.trust?.(body, signature) ?? null;
    if (distrust !== null) throw new UntrustedArtifact(distrust);
    const parsed = parseManifest(body, this.#options.limits);
    if (parsed.kind === 'invalid') throw new InvalidArtifact(parsed.reason);
    const { manifest } = parsed;
    if (manifest.hash !== this.#options.hash)
      throw new InvalidArtifact(`it was made for another hash, ${manifest.hash}`);
    const problem = checkOutputs(manifest.outputs, this.#options.limits);
    if (problem !== null) throw new InvalidArtifact(problem);
    return manifest;
  }

  /** Null where the entry after the manifest is another one. */
  *#readSignature(): Steps<ArtifactSignature | null> {
    const entry = yield* this.#tar.readEntry();
    if (entry.path !== signatureName) {
      this.#next = entry;
      return null;
    }
    if (entry.kind !== 'file' || entry.mode !== ownMode) throw new InvalidArtifact('its signature is no plain file');
    const signature = parseSignatureEntry(yield* this.#takeBody(entry.sizeBytes, maxSignatureBytes));
    if (signature === null) throw new InvalidArtifact('its signature is not in its canonical form');
    return signature;
  }

  *#readTerminalOutput({ terminalOutput }: Manifest): Steps<Buffer> {
    const { sizeBytes, sha256 } = terminalOutput;
    yield* this.#expect({ kind: 'file', path: terminalOutputName, mode: ownMode, sizeBytes, linkTarget: '' });
    const body = yield* this.#takeBody(sizeBytes, this.#options.limits.maxTerminalOutputBytes);
    if (hash('sha256', body, 'hex') !== sha256) {
      throw new InvalidArtifact('the terminal output does not have its digest');
    }
    return Buffer.from(body);
  }

  *#readOutput(output: ManifestOutput, sink: OutputSink): Steps<void> {
    yield* this.#expect(toTarEntry(output));
    if (output.kind !== 'file') return;
    const { path, sizeBytes } = output;
    const sha256 = yield* sizeBytes <= wholeBytes ? this.#readWhole(output, sink) : this.#readPieces(output, sink);
    if (sha256 !== output.sha256) throw new InvalidArtifact(`"${path}" does not have its digest`);
    yield* this.#tar.skipPadding(sizeBytes);
  }

  /** The SHA-256 of what came, as that of `#readPieces`. */
  *#readWhole(file: FileOutput, sink: OutputSink): Steps<string> {
    const bytes = yield* this.#source.take(file.sizeBytes);
    sink.write(file, bytes, true);
    return hash('sha256', bytes, 'hex');
  }

  *#readPieces(file: FileOutput, sink: OutputSink): Steps<string> {
    const digest = createHash('sha256');
    for (let missing = file.sizeBytes; missing > 0;) {
      const piece = yield* this.#source.takeSome(missing);
      missing -= piece.length;
      digest.update(piece);
      sink.write(file, piece, missing === 0);
    }
    return digest.digest('hex');
  }

  *#expect(expected: TarEntry): Steps<void> {
    const entry = this.#next ?? (yield* this.#tar.readEntry(expected));
    this.#next = null;
    if (entry === expected) return;
    const isSame =
      entry.kind === expected.kind &&
      entry.path === expected.path &&
      entry.mode === expected.mode &&
      entry.sizeBytes === expected.sizeBytes &&
      entry.linkTarget === expected.linkTarget;
    if (!isSame) throw new InvalidArtifact(`the archive has "${entry.path}" where its manifest has "${expected.path}"`);
  }

  *#takeBody(sizeBytes: number, maxBytes: number): Steps<Buffer> {
    if (sizeBytes > maxBytes) throw new InvalidArtifact(`an entry is over ${maxBytes} bytes`);
    const body = yield* this.#source.take(sizeBytes);
    yield* this.#tar.skipPadding(sizeBytes);
    return body;
  }
}
