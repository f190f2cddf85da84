import { createHash } from 'node:crypto';
import type { TaskHash } from '@larder/core';
import { manifestName, ownMode, signatureName, terminalOutputName, toTarEntry } from './archive-names.ts';
import { ByteSource } from './byte-source.ts';
import { checkOutputs } from './check-outputs.ts';
import { InvalidArtifact, UntrustedArtifact } from './invalid-artifact.ts';
import type { ArtifactLimits } from './limits.ts';
import { unpack } from './unpack.ts';
import type { Manifest, ManifestOutput } from './manifest.ts';
import { parseManifest } from './parse-manifest.ts';
import { maxSignatureBytes, parseSignatureEntry, type ArtifactSignature, type SignatureCheck } from './signature.ts';
import { loadTarCodec } from './tar-codec.ts';
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
  /** The bytes of one file in order, at least one call for each file. `isLast` comes only after `sizeBytes` bytes. */
  write(file: Extract<ManifestOutput, { kind: 'file' }>, bytes: Uint8Array, isLast: boolean): void;
}

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
  const source = new ByteSource(unpack(bytes, options.limits));
  try {
    const tar = new TarReader(source, await loadTarCodec());
    return await new ArtifactReader(source, tar, options).read();
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

  constructor(source: ByteSource, tar: TarReader, options: ReadArtifactOptions) {
    this.#source = source;
    this.#tar = tar;
    this.#options = options;
  }

  async read(): Promise<ArtifactRead> {
    const manifest = await this.#readManifest();
    const terminalOutput = await this.#readTerminalOutput(manifest);
    const verdict = await this.#options.onManifest(manifest);
    if (verdict.kind === 'refuse') throw new InvalidArtifact(verdict.reason);
    if (verdict.kind === 'enough') return { kind: 'valid', manifest, terminalOutput, isComplete: false };
    for (const output of manifest.outputs) await this.#readOutput(output, verdict.sink);
    await this.#tar.expectEnd();
    return { kind: 'valid', manifest, terminalOutput, isComplete: true };
  }

  async #readManifest(): Promise<Manifest> {
    const entry = await this.#tar.readEntry();
    if (entry.kind !== 'file' || entry.path !== manifestName)
      throw new InvalidArtifact('the first entry is no manifest');
    const body = await this.#takeBody(entry.sizeBytes, this.#options.limits.maxManifestBytes);
    const parsed = parseManifest(body);
    if (parsed.kind === 'invalid') throw new InvalidArtifact(parsed.reason);
    const signature = await this.#readSignature();
    const distrust = this.#options.trust?.(body, signature) ?? null;
    if (distrust !== null) throw new UntrustedArtifact(distrust);
    const { manifest } = parsed;
    if (manifest.hash !== this.#options.hash)
      throw new InvalidArtifact(`it was made for another hash, ${manifest.hash}`);
    const problem = checkOutputs(manifest.outputs, this.#options.limits);
    if (problem !== null) throw new InvalidArtifact(problem);
    return manifest;
  }

  /** Null where the entry after the manifest is another one. */
  async #readSignature(): Promise<ArtifactSignature | null> {
    const entry = await this.#tar.readEntry();
    if (entry.path !== signatureName) {
      this.#next = entry;
      return null;
    }
    if (entry.kind !== 'file' || entry.mode !== ownMode) throw new InvalidArtifact('its signature is no plain file');
    const signature = parseSignatureEntry(await this.#takeBody(entry.sizeBytes, maxSignatureBytes));
    if (signature === null) throw new InvalidArtifact('its signature is not in its canonical form');
    return signature;
  }

  async #readTerminalOutput({ terminalOutput }: Manifest): Promise<Buffer> {
    const { sizeBytes, sha256 } = terminalOutput;
    await this.#expect({ kind: 'file', path: terminalOutputName, mode: ownMode, sizeBytes, linkTarget: '' });
    const body = await this.#takeBody(sizeBytes, this.#options.limits.maxTerminalOutputBytes);
    if (createHash('sha256').update(body).digest('hex') !== sha256) {
      throw new InvalidArtifact('the terminal output does not have its digest');
    }
    return Buffer.from(body);
  }

  async #readOutput(output: ManifestOutput, sink: OutputSink): Promise<void> {
    await this.#expect(toTarEntry(output));
    if (output.kind !== 'file') return;
    const { path, sizeBytes } = output;
    const whole = this.#source.takeBuffered(sizeBytes);
    const digest = createHash('sha256');
    if (whole !== null) {
      digest.update(whole);
      sink.write(output, whole, true);
    } else {
      for (let missing = sizeBytes; missing > 0;) {
        const piece = await this.#source.takeSome(missing);
        missing -= piece.length;
        digest.update(piece);
        sink.write(output, piece, missing === 0);
      }
    }
    if (digest.digest('hex') !== output.sha256) throw new InvalidArtifact(`"${path}" does not have its digest`);
    await this.#tar.skipPadding(sizeBytes);
  }

  async #expect(expected: TarEntry): Promise<void> {
    const entry = this.#next ?? (await this.#tar.readEntry());
    this.#next = null;
    const isSame =
      entry.kind === expected.kind &&
      entry.path === expected.path &&
      entry.mode === expected.mode &&
      entry.sizeBytes === expected.sizeBytes &&
      entry.linkTarget === expected.linkTarget;
    if (!isSame) throw new InvalidArtifact(`the archive has "${entry.path}" where its manifest has "${expected.path}"`);
  }

  async #takeBody(sizeBytes: number, maxBytes: number): Promise<Buffer> {
    if (sizeBytes > maxBytes) throw new InvalidArtifact(`an entry is over ${maxBytes} bytes`);
    const body = this.#source.takeBuffered(sizeBytes) ?? (await this.#source.take(sizeBytes));
    await this.#tar.skipPadding(sizeBytes);
    return body;
  }
}
