/** An entry of an archive for tests; nothing is checked, so that malicious ones can be made. */
export interface FakeEntry {
  readonly name: string;
  readonly type?: string;
  readonly target?: string;
  readonly body?: string | Buffer;
}

/** What Nx's archives end with. */
export const nxTail: readonly FakeEntry[] = [
  { name: 'terminalOutput', body: 'built\n' },
  { name: 'code', body: Buffer.from([0, 0, 0, 0]) },
];

/** A GNU tar. */
export function makeTar(entries: readonly FakeEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(makeEntry), Buffer.alloc(1024)]);
}

function makeEntry({ name, type = '0', target = '', body = '' }: FakeEntry): readonly Buffer[] {
  const bytes = Buffer.from(body);
  const isLong = Buffer.byteLength(name) > 100;
  const long = isLong ? [makeHeader('././@LongLink', 'L', '', name.length + 1), pad(Buffer.from(`${name}\0`))] : [];
  return [...long, makeHeader(name.slice(0, 100), type, target, bytes.length), pad(bytes)];
}

function makeHeader(name: string, type: string, target: string, sizeBytes: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0, 100);
  block.write('0000644\0', 100);
  block.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write(target, 157, 100);
  block.write('ustar  \0', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function pad(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}
