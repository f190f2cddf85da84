import { createHash, hash } from 'node:crypto';
import type { FileStat } from '../outputs/found-output.ts';
import { OutputTrouble } from '../outputs/output-trouble.ts';
import { manifestName, ownMode, signatureName, terminalOutputName, toTarEntry } from './archive-names.ts';
import { compressWhole, createCompressor } from './compression.ts';
import type { ManifestOutput } from './manifest.ts';
import { readLargeFile, readSmallFile, smallFileBytes } from './read-output-file.ts';
import { encodeSignature, type ArtifactSigner } from './signature.ts';
import { encodePlainHeader, isPlainEntry } from './plain-header.ts';
import { loadTarCodec } from './tar-codec.ts';
import { blockBytes, paddingOf, type TarEntry } from './tar-entry.ts';

export interface ArtifactContents {
  readonly rootAbsolute: string;
  readonly manifestBytes: Buffer;
  /** As the manifest has them. */
  readonly outputs: readonly ManifestOutput[];
  readonly terminalOutput: Uint8Array;
  /** Null leaves it unsigned. */
  readonly signer: ArtifactSigner | null;
  /** Stats with which the files were found, by path. */
  readonly stats: ReadonlyMap<string, FileStat>;
  /** Contents that were read already, by path. */
  readonly kept: ReadonlyMap<string, Buffer>;
}

/** Where packed bytes go, one after the other. */
export type ByteSink = (bytes: Uint8Array) => Promise<void>;

const batchBytes = 256 * 1024;
/** Compressing so much takes three milliseconds. */
const maxWholeBytes = 1024 * 1024;
/** They end an archive. */
const zeros = Buffer.alloc(2 * blockBytes);

/**
 * Packs an artifact. The same contents give the same bytes. Memory stays bounded whatever the size.
 * Rejects with `OutputTrouble` where a file changes, with what `sink` throws, or when `signal` aborts.
 */
export async function writeArtifact(
  contents: ArtifactContents,
  sink: ByteSink,
  signal: AbortSignal,
): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
  const encode = await createHeaderEncoder(contents.outputs);
  const head = encodeHead(contents, encode);
  const whole = packWhole(contents, head, encode);
  if (whole !== null) {
    signal.throwIfAborted();
    const packed = compressWhole(whole);
    await sink(packed);
    return { sizeBytes: packed.byteLength, sha256: hash('sha256', packed, 'hex') };
  }
  const { pipeline } = await import('node:stream/promises');
  const digest = createHash('sha256');
  let sizeBytes = 0;
  await pipeline(
    batch(packEntries(contents, head, encode)),
    createCompressor(),
    async (packed: AsyncIterable<Uint8Array>) => {
      for await (const chunk of packed) {
        digest.update(chunk);
        sizeBytes += chunk.byteLength;
        await sink(chunk);
      }
    },
    { signal },
  );
  return { sizeBytes, sha256: digest.digest('hex') };
}

type EncodeHeader = (entry: TarEntry) => Buffer;

/** The `tar` package is loaded where one of the headers needs it. */
async function createHeaderEncoder(outputs: readonly ManifestOutput[]): Promise<EncodeHeader> {
  if (outputs.every((output) => isPlainEntry(toTarEntry(output)))) return encodePlainHeader;
  const codec = await loadTarCodec();
  return (entry) => (isPlainEntry(entry) ? encodePlainHeader(entry) : codec.encode(entry));
}

/** The archive, where it is small and all of it is in memory; which of the two ways is taken is seen in the bytes. */
function packWhole({ outputs, kept }: ArtifactContents, head: Buffer, encode: EncodeHeader): Buffer | null {
  const pieces: Uint8Array[] = [head];
  let sizeBytes = head.length;
  for (const output of outputs) {
    pieces.push(encode(toTarEntry(output)));
    if (output.kind !== 'file') continue;
    const bytes = kept.get(output.path);
    sizeBytes += output.sizeBytes;
    if (bytes === undefined || sizeBytes > maxWholeBytes) return null;
    pieces.push(bytes, zeros.subarray(0, paddingOf(output.sizeBytes)));
  }
  return Buffer.concat([...pieces, zeros]);
}

/** The manifest, its signature and the terminal output, as they stand at the start of the archive. */
function encodeHead({ manifestBytes, terminalOutput, signer }: ArtifactContents, encode: EncodeHeader): Buffer {
  const members = [
    { path: manifestName, body: manifestBytes },
    ...(signer === null ? [] : [{ path: signatureName, body: encodeSignature(signer.sign(manifestBytes)) }]),
    { path: terminalOutputName, body: terminalOutput },
  ];
  return Buffer.concat(
    members.flatMap(({ path, body }) => [
      encode({ kind: 'file', path, mode: ownMode, sizeBytes: body.byteLength, linkTarget: '' }),
      body,
      Buffer.alloc(paddingOf(body.byteLength)),
    ]),
  );
}

async function* packEntries(
  contents: ArtifactContents,
  head: Buffer,
  encode: EncodeHeader,
): AsyncGenerator<Uint8Array> {
  yield head;
  for (const output of contents.outputs) {
    yield encode(toTarEntry(output));
    if (output.kind !== 'file') continue;
    yield* readContents(contents, output);
    yield Buffer.alloc(paddingOf(output.sizeBytes));
  }
  yield zeros;
}

async function* readContents(
  { rootAbsolute, stats, kept }: ArtifactContents,
  { path, sizeBytes, sha256 }: Extract<ManifestOutput, { kind: 'file' }>,
): AsyncGenerator<Uint8Array> {
  const known = kept.get(path);
  if (known !== undefined) return yield known;
  const stat = stats.get(path);
  if (stat === undefined) throw new OutputTrouble(`"${path}" was written to while it was being stored`);
  if (sizeBytes <= smallFileBytes) {
    const bytes = readSmallFile(rootAbsolute, { path, stat });
    if (hash('sha256', bytes, 'hex') !== sha256)
      throw new OutputTrouble(`"${path}" was written to while it was being stored`);
    return yield bytes;
  }
  const digest = createHash('sha256');
  for await (const piece of readLargeFile(rootAbsolute, { path, stat })) {
    digest.update(piece);
    yield piece;
  }
  if (digest.digest('hex') !== sha256) throw new OutputTrouble(`"${path}" was written to while it was being stored`);
}

/** Few large writes to the compressor instead of many small ones. */
async function* batch(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    waitingBytes += piece.byteLength;
    if (waitingBytes < batchBytes) continue;
    yield Buffer.concat(waiting);
    [waiting, waitingBytes] = [[], 0];
  }
  if (waitingBytes > 0) yield Buffer.concat(waiting);
}
