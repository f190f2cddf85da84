import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { makeTar, nxTail, type FakeEntry } from '../testing/make-tar.ts';
import { inspectArchive, type CacheProtocol } from './inspect-archive.ts';

async function inspect(bytes: Buffer, protocol: CacheProtocol = 'nx'): Promise<string | null> {
  const archive = { open: () => Readable.from(chunksOf(bytes)), sizeBytes: bytes.length };
  return inspectArchive(protocol, archive, AbortSignal.timeout(10_000));
}

/** Odd sizes, so that headers are split. */
function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += 97) yield bytes.subarray(start, start + 97);
}

function nxArchive(...entries: readonly FakeEntry[]): Buffer {
  return gzipSync(makeTar([...entries, ...nxTail]));
}

const longName = `dist/${'n'.repeat(200)}/${'m'.repeat(200)}.js`;

describe('an archive is taken', () => {
  test.each<[string, readonly FakeEntry[]]>([
    [
      'with files and folders',
      [
        { name: 'dist/', type: '5' },
        { name: 'dist/a.js', body: 'a' },
      ],
    ],
    ['with links that stay inside', [{ name: 'dist/deep/link', type: '2', target: '../a.js' }]],
    [
      'with a link that a later link leads to',
      [
        { name: 'a', type: '2', target: 'b' },
        { name: 'b', type: '2', target: 'c' },
      ],
    ],
    ['with long names', [{ name: longName, body: 'x' }]],
    ['with names that only look like going up', [{ name: 'dist/..a/b..', body: 'x' }]],
    ['with a file of many blocks', [{ name: 'dist/a', body: 'x'.repeat(5000) }]],
  ])('%s', async (_what, entries) => {
    expect(await inspect(nxArchive(...entries))).toBeNull();
    expect(await inspect(zstdCompressSync(makeTar(entries)), 'turborepo')).toBeNull();
  });
});

describe('an archive is refused', () => {
  test.each<[string, readonly FakeEntry[], RegExp]>([
    ['for a name that goes up', [{ name: '../x', body: 'x' }], /goes up/],
    ['for a name that goes up in the middle', [{ name: 'dist/../../x', body: 'x' }], /goes up/],
    ['for a name with backslashes that goes up', [{ name: 'dist\\..\\..\\x', body: 'x' }], /goes up/],
    ['for an absolute name', [{ name: '/etc/x', body: 'x' }], /relative/],
    ['for a drive', [{ name: 'C:/x', body: 'x' }], /relative/],
    ['for a long name that goes up', [{ name: `${'n'.repeat(200)}/../../x`, body: 'x' }], /goes up/],
    ['for a link that leaves', [{ name: 'dist/l', type: '2', target: '../../x' }], /leaves/],
    ['for a link that leaves on a detour', [{ name: 'dist/l', type: '2', target: 'a/../../../x' }], /leaves/],
    ['for an absolute link', [{ name: 'dist/l', type: '2', target: '/etc' }], /leads to/],
    [
      'for an entry below a link',
      [
        { name: 'a/l', type: '2', target: '..' },
        { name: 'a/l/b', body: 'x' },
      ],
      /below a link/,
    ],
    [
      'for an entry below a link in other case',
      [
        { name: 'a/L', type: '2', target: '..' },
        { name: 'a/l/b', body: 'x' },
      ],
      /below a link/,
    ],
    [
      'for a file in the place of a link',
      [
        { name: 'l', type: '2', target: 'x' },
        { name: 'l', body: 'x' },
      ],
      /after a link/,
    ],
    [
      'for a link in the place of a folder',
      [
        { name: 'a/b', body: 'x' },
        { name: 'a', type: '2', target: 'x' },
      ],
      /link and a folder/,
    ],
    ['for a hard link', [{ name: 'dist/h', type: '1', target: 'dist/a' }], /neither a file/],
    ['for a device', [{ name: 'dist/d', type: '3' }], /neither a file/],
    ['for a FIFO', [{ name: 'dist/f', type: '6' }], /neither a file/],
  ])('%s', async (_what, entries, reason) => {
    expect(await inspect(nxArchive(...entries))).toMatch(reason);
    expect(await inspect(zstdCompressSync(makeTar(entries)), 'turborepo')).toMatch(reason);
  });

  test('that is cut off', async () => {
    const whole = nxArchive({ name: 'dist/a', body: 'x'.repeat(5000) });
    expect(await inspect(whole.subarray(0, whole.length - 20))).toMatch(/cannot be unpacked/);
    expect(await inspect(gzipSync(makeTar([{ name: 'dist/a', body: 'x' }, ...nxTail]).subarray(0, 1024)))).toMatch(
      /cut off/,
    );
  });

  test.each([
    ['html', '<html>'],
    ['nothing', ''],
    ['a plain tar', makeTar(nxTail)],
  ])('that is %s', async (_what, bytes) => {
    expect(await inspect(Buffer.from(bytes))).not.toBeNull();
  });

  test('without an exit code at its end', async () => {
    expect(await inspect(gzipSync(makeTar([{ name: 'dist/a', body: 'x' }])))).toMatch(/exit code/);
    expect(await inspect(gzipSync(makeTar([...nxTail, { name: 'dist/a', body: 'x' }])))).toMatch(/exit code/);
  });

  test('that consists of two compressed members, of which nx would read one', async () => {
    const tar = makeTar([{ name: 'dist/a', body: 'x' }, ...nxTail]);
    const split = Buffer.concat([gzipSync(tar.subarray(0, 1024)), gzipSync(tar.subarray(1024))]);
    expect(await inspect(split)).toMatch(/follows the compressed data/);
  });

  test('with a second archive after its end', async () => {
    expect(await inspect(gzipSync(Buffer.concat([makeTar(nxTail), makeTar(nxTail)])))).toMatch(/follows the end/);
  });

  test('that unpacks to far more than it is', async () => {
    const zeros = { name: 'dist/a', body: Buffer.alloc(40 * 1024 ** 2) };
    expect(await inspect(nxArchive(zeros))).toMatch(/too much/);
  });
});
