import { InvalidArtifact } from './invalid-artifact.ts';
import { blockBytes, type TarEntry } from './tar-entry.ts';

/**
 * Headers of POSIX tar (IEEE Std 1003.1, "ustar" and "pax Interchange Format") by the `tar` package.
 * Only its header codec is used: bodies are cut out here, and files are named and written by `restore`.
 */
export interface TarCodec {
  /** One header block, with a PAX block before it where a value does not fit. Deterministic: no owner, no time. */
  encode(entry: TarEntry): Buffer;
  /** Decodes one block that is not zero. `extended` is the body of the PAX block before it. */
  decode(block: Buffer, extended: string | null): TarHeader;
}

export type TarHeader =
  | { readonly kind: 'entry'; readonly entry: TarEntry }
  /** A PAX block: its body belongs to the next header. */
  | { readonly kind: 'extended'; readonly sizeBytes: number };

/** Loaded at the point of use: an up-to-date run needs no tar. */
export async function loadTarCodec(): Promise<TarCodec> {
  const [{ Header }, { Pax }] = await Promise.all([import('tar/header'), import('tar/pax')]);

  function encode(entry: TarEntry): Buffer {
    const fields = {
      path: entry.kind === 'directory' ? `${entry.path}/` : entry.path,
      mode: entry.mode,
      uid: 0,
      gid: 0,
      size: entry.sizeBytes,
      mtime: new Date(0),
      uname: '',
      gname: '',
      ...(entry.kind === 'symlink' ? { linkpath: entry.linkTarget } : {}),
    };
    const block = Buffer.alloc(blockBytes);
    const header = new Header({ ...fields, type: typeNames[entry.kind] });
    if (!header.encode(block)) return block;
    const { path, size } = fields;
    return Buffer.concat([
      new Pax({ path, size, ...(entry.linkTarget === '' ? {} : { linkpath: entry.linkTarget }) }).encode(),
      block,
    ]);
  }

  function decode(block: Buffer, extended: string | null): TarHeader {
    const pax = extended === null ? null : Pax.parse(extended, undefined);
    // Values of a PAX block stand for those of the header; `Header` would put its path's prefix before them.
    const header = new Header(block);
    if (!header.cksumValid) throw new InvalidArtifact('a tar header has a wrong checksum');
    if (header.type === 'ExtendedHeader') return { kind: 'extended', sizeBytes: header.size ?? 0 };
    const kind = kindNames.get(header.type);
    if (kind === undefined) throw new InvalidArtifact(`the archive has an entry of type ${header.type}`);
    const path = pax?.path ?? header.path ?? '';
    return {
      kind: 'entry',
      entry: {
        kind,
        path: kind === 'directory' && path.endsWith('/') ? path.slice(0, -1) : path,
        mode: header.mode ?? 0,
        sizeBytes: pax?.size ?? header.size ?? 0,
        linkTarget: pax?.linkpath ?? header.linkpath ?? '',
      },
    };
  }

  return { encode, decode };
}

const typeNames = { file: 'File', directory: 'Directory', symlink: 'SymbolicLink' } as const;
const kindNames: ReadonlyMap<string, TarEntry['kind']> = new Map([
  ['File', 'file'],
  ['Directory', 'directory'],
  ['SymbolicLink', 'symlink'],
]);
