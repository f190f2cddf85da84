import { constants, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ArtifactStore } from '@larder/core';
import { describe, expect, test } from 'vitest';
import { defaultArtifactLimits } from '../artifact/limits.ts';
import { createSignatureCheck } from '../artifact/signature.ts';
import { generateSigningKeyPair } from '../artifact/signing-keys.ts';
import {
  directoryMember,
  directoryOutput,
  fileMember,
  fileOutput,
  linkMember,
  linkOutput,
  looseArtifact,
  memberBytes,
  tarOf,
  type LooseArtifact,
  type Member,
} from '../fixtures/hand-tar.ts';
import { hashNamed } from '../fixtures/tasks.ts';
import { openTestCache, type TestCacheOptions } from '../fixtures/test-cache.ts';
import { createWorkspace } from '../fixtures/workspace.ts';

/** A remote that answers every read with the same bytes, in small pieces unless said otherwise. */
function remoteWith(bytes: Uint8Array, pieceBytes = 1000): ArtifactStore {
  return {
    name: 'hostile',
    head: async () => ({ sizeBytes: bytes.length }),
    read: async () => ({
      sizeBytes: bytes.length,
      body: (async function* () {
        for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
      })(),
    }),
    write: async () => 'stored',
    close: async () => {},
  };
}

/** Offers an artifact for restoring, in pieces and whole; gives why it was refused, after checking that nothing was touched. */
async function refusalOf(bytes: Uint8Array, options: TestCacheOptions = {}): Promise<string> {
  const reasons = new Set<string>();
  for (const pieceBytes of [1000, Infinity]) reasons.add(await refusalIn(bytes, pieceBytes, options));
  return [...reasons].join('; ');
}

async function refusalIn(bytes: Uint8Array, pieceBytes: number, options: TestCacheOptions): Promise<string> {
  using workspace = createWorkspace();
  workspace.write({
    'web/dist/index.js': 'old',
    'web/dist/keep.js': 'old',
    'web/src/main.ts': 'source',
    'outside.txt': 'x',
  });
  const before = { ...workspace.tree('web'), ...workspace.tree('outside.txt') };
  const { restore, troubles, local } = openTestCache(workspace, { remote: remoteWith(bytes, pieceBytes), ...options });
  expect(await restore('a')).toEqual({ kind: 'miss' });
  expect({ ...workspace.tree('web'), ...workspace.tree('outside.txt') }).toEqual(before);
  expect(local?.find(hashNamed('a')) ?? null).toBeNull();
  expect(Object.keys(workspace.tree('.larder')).filter((path) => /staging\/.|partial\/./.test(path))).toEqual([]);
  expect(troubles).toMatchObject([{ code: 'remote-invalid-artifact' }]);
  return troubles[0]?.detail ?? '';
}

const dist = { outputs: [directoryOutput('web/dist')], members: [directoryMember('web/dist')] };

/** `web/dist` with one more output. */
function withOutput(output: LooseArtifact['outputs'][number], member: LooseArtifact['members'][number]): Buffer {
  return looseArtifact({ outputs: [...dist.outputs, output], members: [...dist.members, member] });
}

const good: LooseArtifact = {
  outputs: [...dist.outputs, fileOutput('web/dist/index.js', 'new'), linkOutput('web/dist/link', 'index.js')],
  members: [...dist.members, fileMember('web/dist/index.js', 'new'), linkMember('web/dist/link', 'index.js')],
};

test.each([
  ['plain', (bytes: Buffer) => bytes],
  ['gzip', (bytes: Buffer) => gzipSync(bytes)],
  ['zstd', (bytes: Buffer) => zstdCompressSync(bytes)],
])('the hand-made artifact that the others are bent from is restored (%s)', async (_name, pack) => {
  using workspace = createWorkspace();
  workspace.write({ 'web/dist/stale.js': 'old' });
  const { restore, troubles } = openTestCache(workspace, { remote: remoteWith(pack(looseArtifact(good))) });
  expect(await restore('a')).toMatchObject({ kind: 'restored', from: 'remote' });
  expect(troubles).toEqual([]);
  expect(workspace.tree('web/dist')).toEqual({
    'web/dist': '755 /',
    'web/dist/index.js': '644 new',
    'web/dist/link': '-> index.js',
  });
});

describe('paths that leave the declared outputs are refused', () => {
  test.each([
    ['..', 'web/dist/../../outside.txt', '".." segment'],
    ['an absolute path', '/tmp/outside.txt', 'absolute'],
    ['a drive letter', 'C:/outside.txt', 'absolute'],
    ['a drive letter without a slash', 'c:outside.txt', 'absolute'],
    ['a backslash', 'web\\dist\\x.js', 'backslash'],
    ['NUL', 'web/dist/x\0.js', 'control character'],
    ['a newline', 'web/dist/x\n.js', 'control character'],
    ['an empty segment', 'web/dist//x.js', 'empty segment'],
    ['a "." segment', 'web/dist/./x.js', 'segment'],
    ['an empty path', '', 'empty'],
    ['another folder', 'web/src/main.ts', 'does not declare'],
    ['a sibling with the same prefix', 'web/dist2/x.js', 'does not declare'],
    ['.git', 'web/dist/.GIT/hooks/post-checkout', '.git'],
    ['.larder', '.larder/state/outputs/x', '.larder'],
    ['a name over 255 bytes', `web/dist/${'é'.repeat(128)}`, '255 bytes'],
    ['a lone surrogate', 'web/dist/\ud800', 'Unicode'],
  ])('%s', async (_name, path, reason) => {
    const artifact = looseArtifact({
      outputs: [fileOutput(path, 'evil')],
      members: [fileMember(path, 'evil')],
    });
    expect(await refusalOf(artifact)).toContain(reason);
  });

  test('a pattern with globs allows what it matches and no more', async () => {
    const artifact = looseArtifact({
      outputs: [fileOutput('web/dist/x.css', 'css'), fileOutput('web/dist/x.js', 'js')],
      members: [fileMember('web/dist/x.css', 'css'), fileMember('web/dist/x.js', 'js')],
    });
    expect(await refusalOf(artifact, { outputs: ['web/dist/*.js'] })).toContain('"web/dist/x.css"');
    expect(await refusalOf(artifact, { outputs: ['web/dist/*', '!web/dist/*.css'] })).toContain('"web/dist/x.css"');
  });
});

describe('links that could lead out are refused', () => {
  test.each([
    ['out of the workspace', '../../../outside.txt', 'outside the workspace'],
    ['to an absolute path', '/etc/passwd', 'absolute'],
    ['through another link', 'sub/../../../outside.txt', 'climbs'],
    ['into .git', '../../.git/hooks', '.git'],
    ['into .larder', '../../.larder/state', '.larder'],
    ['with a backslash', '..\\..\\outside.txt', 'backslash'],
    ['to nothing', '', 'empty'],
  ])('%s', async (_name, target, reason) => {
    const artifact = withOutput(linkOutput('web/dist/link', target), linkMember('web/dist/link', target));
    expect(await refusalOf(artifact)).toContain(reason);
  });

  test('a file below a link of the same artifact', async () => {
    const artifact = looseArtifact({
      outputs: [...dist.outputs, fileOutput('web/dist/link/x.js', 'evil'), linkOutput('web/dist/link', '../src')],
      members: [...dist.members, fileMember('web/dist/link/x.js', 'evil'), linkMember('web/dist/link', '../src')],
    });
    expect(await refusalOf(artifact)).toContain('lies below');
  });

  test('a file below a file', async () => {
    const artifact = looseArtifact({
      outputs: [fileOutput('web/dist', 'file'), fileOutput('web/dist/x.js', 'evil')],
      members: [fileMember('web/dist', 'file'), fileMember('web/dist/x.js', 'evil')],
    });
    expect(await refusalOf(artifact)).toContain('lies below');
  });
});

describe('members that are not what the manifest says are refused', () => {
  const index = fileOutput('web/dist/index.js', 'new');
  const path = 'outputs/web/dist/index.js';
  test.each([
    ['a hard link', { path, type: '1', linkTarget: 'web/src/main.ts' }, 'type Link'],
    ['a character device', { path, type: '3' }, 'type CharacterDevice'],
    ['a block device', { path, type: '4' }, 'type BlockDevice'],
    ['a FIFO', { path, type: '6' }, 'type FIFO'],
    ['a symbolic link', { path, type: '2', linkTarget: '../src/main.ts' }, 'where its manifest has'],
    ['a global PAX header', { path, type: 'g', body: '20 path=/etc/passwd\n' }, 'type GlobalExtendedHeader'],
    ['a GNU long name', { path: '././@LongLink', type: 'L', body: '/etc/passwd\0' }, 'type NextFileHasLongPath'],
    ['a setuid bit', { path, body: 'new', mode: 0o4755 }, 'where its manifest has'],
    ['another mode', { path, body: 'new', mode: 0o755 }, 'where its manifest has'],
    ['another name', { path: '../../outside.txt', body: 'new' }, 'where its manifest has'],
    ['other bytes', { path, body: 'bad' }, 'does not have its digest'],
    ['more bytes', { path, body: 'longer' }, 'where its manifest has'],
    ['a size beyond the archive', { path, body: 'new', claimedBytes: 2 ** 32 }, 'where its manifest has'],
  ])('%s', async (_name, member, reason) => {
    expect(await refusalOf(withOutput(index, member))).toContain(reason);
  });

  test('a PAX header that renames a member', async () => {
    const record = 'path=outputs/../../outside.txt\n';
    const members = [
      ...dist.members,
      { path: 'PaxHeader/x', type: 'x', body: `${record.length + 3} ${record}` },
      fileMember('web/dist/index.js', 'new'),
    ];
    expect(await refusalOf(looseArtifact({ outputs: [...dist.outputs, index], members }))).toContain('outside.txt');
  });

  test('two PAX headers in a row, and one that is huge', async () => {
    const pax = { path: 'PaxHeader/x', type: 'x', body: '11 mode=1\n\n' };
    const file = fileMember('web/dist/index.js', 'new');
    const outputs = [...dist.outputs, index];
    const twice = looseArtifact({ outputs, members: [...dist.members, pax, pax, file] });
    expect(await refusalOf(twice)).toContain('extended headers');
    const huge = looseArtifact({ outputs, members: [...dist.members, { ...pax, body: 'x'.repeat(65_537) }, file] });
    expect(await refusalOf(huge)).toContain('64 KiB');
  });

  test('a member too few, a member too many, and members in another order', async () => {
    const { outputs, members } = good;
    expect(await refusalOf(looseArtifact({ outputs, members: members.slice(0, -1) }))).toContain(
      'before its last entry',
    );
    const extra = looseArtifact({ outputs, members: [...members, fileMember('web/dist/extra.js', 'evil')] });
    expect(await refusalOf(extra)).toContain('does not name');
    expect(await refusalOf(looseArtifact({ outputs, members: members.toReversed() }))).toContain(
      'where its manifest has',
    );
  });

  test('bytes after the end', async () => {
    const bytes = Buffer.concat([looseArtifact(good), memberBytes(fileMember('web/dist/extra.js', 'evil'))]);
    expect(await refusalOf(bytes)).toContain('follow the end');
    const packed = Buffer.concat([zstdCompressSync(looseArtifact(good)), Buffer.alloc(100_000, 'x')]);
    expect(await refusalOf(packed)).toContain('after the end');
  });
});

describe('names that are one file elsewhere are refused', () => {
  test.each([
    ['case', 'web/dist/Readme.md', 'web/dist/readme.md'],
    ['composition', 'web/dist/caf\u00e9', 'web/dist/cafe\u0301'],
    ['the Kelvin sign', 'web/dist/K', 'web/dist/\u212a'],
    ['the case of a folder', 'web/dist/A/x', 'web/dist/a/y'],
  ])('%s', async (_name, first, second) => {
    const paths = [first, second].sort();
    const folders = [...new Set(paths.map((path) => path.slice(0, path.lastIndexOf('/'))))].sort();
    const below = folders.filter((folder) => folder !== 'web/dist');
    const artifact = looseArtifact({
      outputs: [
        ...dist.outputs,
        ...below.map((path) => directoryOutput(path)),
        ...paths.map((path) => fileOutput(path, 'x')),
      ],
      members: [
        ...dist.members,
        ...below.map((path) => directoryMember(path)),
        ...paths.map((path) => fileMember(path, 'x')),
      ],
    });
    expect(await refusalOf(artifact)).toContain('same file');
  });

  test('the same path twice', async () => {
    const twice = [fileOutput('web/dist/a', 'x'), fileOutput('web/dist/a', 'x')];
    const members = [fileMember('web/dist/a', 'x'), fileMember('web/dist/a', 'x')];
    const artifact = looseArtifact({ outputs: [...dist.outputs, ...twice], members: [...dist.members, ...members] });
    expect(await refusalOf(artifact)).toContain('twice');
  });
});

describe('manifests that cannot be trusted are refused', () => {
  const input = { digest: '0'.repeat(32), kind: 'env', name: 'A' };
  test.each([
    ['another hash', { hash: hashNamed('b') }, 'another hash'],
    ['a failed task', { exitCode: 1 }, 'lacks a value'],
    ['a later version', { v: 2 }, 'version 2'],
    ['an unknown key', { extra: true }, 'canonical'],
    ['a mode with setuid', { outputs: [{ kind: 'directory', mode: 0o4755, path: 'web/dist' }] }, 'lacks a value'],
    ['a negative size', { outputs: [{ ...fileOutput('web/dist', ''), sizeBytes: -1 }] }, 'lacks a value'],
    ['an unknown kind', { outputs: [{ kind: 'socket', mode: 420, path: 'web/dist' }] }, 'lacks a value'],
    ['a terminal output with another digest', { terminalOutput: { sha256: '0'.repeat(64), sizeBytes: 6 } }, 'digest'],
    ['outputs that are no list', { outputs: {} }, 'lacks a value'],
    ['inputs that are no list', { inputs: {} }, 'lacks a value'],
    ['an input that is no digest', { inputs: [{ digest: 'secret', kind: 'env', name: 'A' }] }, 'lacks a value'],
    ['an input with an unknown key', { inputs: [{ ...input, value: 'secret' }] }, 'canonical'],
    ['an input with a long name', { inputs: [{ ...input, name: 'A'.repeat(5000) }] }, 'lacks a value'],
    ['endless inputs', { inputs: Array.from({ length: 5001 }, () => input) }, 'lacks a value'],
    ['a folder that is left out', { outputs: [fileOutput('web/dist/sub/x.js', '')] }, 'does not declare'],
  ])('%s', async (_name, manifest, reason) => {
    expect(await refusalOf(looseArtifact({ ...dist, manifest }))).toContain(reason);
  });

  test('white space, another first entry, no JSON at all', async () => {
    const bytes = looseArtifact(dist);
    expect(await refusalOf(bytes.subarray(512 + 512))).not.toBe('');
    const spaced = Buffer.from(bytes.toString('latin1').replace('"larder":"0.1.0"', '"larder": "0.10"'), 'latin1');
    expect(await refusalOf(spaced)).toContain('manifest');
    expect(await refusalOf(Buffer.from('<html>502 Bad Gateway</html>'))).toContain('too early');
    expect(await refusalOf(Buffer.alloc(0))).toContain('too early');
    expect(await refusalOf(Buffer.alloc(4096, 'garbage '))).toContain('checksum');
  });
});

/** Some bits of a zstd frame mean nothing. */
function decodesTo(packed: Buffer, expected: Buffer): boolean {
  try {
    return zstdDecompressSync(packed).equals(expected);
  } catch {
    return false;
  }
}

describe('damage is noticed', () => {
  test('an archive that was cut at any block', async () => {
    const bytes = looseArtifact(good);
    for (let end = 0; end < bytes.length; end += 512) expect(await refusalOf(bytes.subarray(0, end))).not.toBe('');
  });

  test('a packed archive that was cut anywhere, or has one wrong bit', async () => {
    const bytes = zstdCompressSync(looseArtifact(good), { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    for (let end = 0; end < bytes.length; end += 37) expect(await refusalOf(bytes.subarray(0, end))).not.toBe('');
    for (let at = 8; at < bytes.length; at += 41) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 4;
      if (decodesTo(flipped, looseArtifact(good))) continue;
      expect(await refusalOf(flipped)).not.toBe('');
    }
  });
});

describe('artifacts beyond the limits are refused', () => {
  test('bombs', async () => {
    const zeros = '\0'.repeat(4_000_000);
    const bytes = withOutput(fileOutput('web/dist/zeros', zeros), fileMember('web/dist/zeros', zeros));
    const limits = { ...defaultArtifactLimits, maxOutputBytes: 1_000_000 };
    expect(await refusalOf(zstdCompressSync(bytes), { limits })).toContain('over 1000000 bytes');
    expect(await refusalOf(gzipSync(bytes), { limits })).toContain('over 1000000 bytes');
  });

  test.each([
    [{ maxEntries: 1 }, 'more than 1 outputs'],
    [{ maxOutputBytes: 2 }, 'over 2 bytes'],
    [{ maxManifestBytes: 100 }, 'over 100 bytes'],
    [{ maxTerminalOutputBytes: 2 }, 'over 2 bytes'],
    [{ maxPathCharacters: 20 }, 'over 20 characters'],
  ])('%o', async (limit, reason) => {
    const limits = { ...defaultArtifactLimits, ...limit };
    const two = withOutput(fileOutput('web/dist/index.js', 'new'), fileMember('web/dist/index.js', 'new'));
    expect(await refusalOf(two, { limits })).toContain(reason);
  });
});

describe('a manifest that would grow out of proportion is refused before it is parsed', () => {
  test.each([
    ['nothing but openings', '['.repeat(4_000_000)],
    ['empty objects', `{"outputs":[{}${',{}'.repeat(4_000_000)}]}`],
  ])('%s', async (_name, body) => {
    const bytes = zstdCompressSync(tarOf([{ path: 'manifest.json', body }, { path: 'terminal-output' }]));
    expect(await refusalIn(bytes, 1000, {})).toContain('the manifest has over 3025000 values');
  });

  test('folders in folders, thousands deep, each a folder of its own', async () => {
    const nested = (at: number): string => `web/dist/${at}/${'A/'.repeat(1900)}x`;
    const outputs = Array.from({ length: 100 }, (_, at) => directoryOutput(nested(at)));
    const sorted = outputs.toSorted((a, b) => (String(a['path']) < String(b['path']) ? -1 : 1));
    const bytes = zstdCompressSync(looseArtifact({ outputs: sorted, members: [] }));
    expect(await refusalIn(bytes, 1000, {})).toContain('its paths and folders are over 268435456 characters');
  });

  test('what no pinned key has signed is not parsed at all', async () => {
    using workspace = createWorkspace();
    const bytes = tarOf([{ path: 'manifest.json', body: 'no JSON' }, { path: 'terminal-output' }]);
    const trust = createSignatureCheck({ main: [generateSigningKeyPair().publicKey] });
    const { restore, troubles } = openTestCache(workspace, { remote: remoteWith(bytes), more: { trust } });
    expect(await restore('a')).toEqual({ kind: 'miss' });
    expect(troubles).toMatchObject([{ code: 'remote-untrusted-artifact' }]);
  });
});

/** An otherwise good artifact with these members between its manifest and its terminal output. */
function withAfterManifest(...members: readonly Member[]): Buffer {
  const bytes = looseArtifact(good);
  const manifestBytes = Number.parseInt(bytes.toString('latin1', 124, 135), 8);
  const end = 512 + Math.ceil(manifestBytes / 512) * 512;
  return Buffer.concat([bytes.subarray(0, end), ...members.map(memberBytes), bytes.subarray(end)]);
}

describe('signature entries that are not what they should be are refused', () => {
  const body = JSON.stringify({ keyId: '0'.repeat(16), scope: 'main', signature: 'A'.repeat(86) });
  const entry: Member = { path: 'signature.json', body };

  test('the one that the others are bent from is taken where no keys are pinned', async () => {
    using workspace = createWorkspace();
    const { restore } = openTestCache(workspace, { remote: remoteWith(withAfterManifest(entry)) });
    expect(await restore('a')).toMatchObject({ kind: 'restored' });
  });

  test.each<[string, readonly Member[]]>([
    ['twice', [entry, entry]],
    ['a link', [{ ...entry, type: '2', body: '', linkTarget: 'manifest.json' }]],
    ['a hard link', [{ ...entry, type: '1', body: '', linkTarget: 'manifest.json' }]],
    ['a folder', [{ path: 'signature.json/', type: '5', mode: 0o755 }]],
    ['executable', [{ ...entry, mode: 0o755 }]],
    ['over a kibibyte', [{ ...entry, body: body.padEnd(2000) }]],
    ['huge by its header', [{ ...entry, claimedBytes: 2 ** 33 - 1 }]],
    ['empty', [{ ...entry, body: '' }]],
    ['with white space', [{ ...entry, body: `${body} ` }]],
    [
      'with keys in another order',
      [{ ...entry, body: body.replace(/"keyId":"0+",(.*)}/, '$1,"keyId":"0000000000000000"}') }],
    ],
    ['with a scope that could end the scope', [{ ...entry, body: body.replace('main', 'main\\u0000') }]],
    ['after the terminal output', []],
  ])('%s', async (name, members) => {
    const bytes = name.startsWith('after')
      ? looseArtifact({ ...good, members: [{ path: 'signature.json', body }, ...good.members] })
      : withAfterManifest(...members);
    expect(await refusalOf(bytes)).not.toBe('');
  });
});
