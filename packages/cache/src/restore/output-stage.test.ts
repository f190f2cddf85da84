import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ManifestOutput } from '../artifact/manifest.ts';
import type { FileOutput } from '../artifact/read-artifact.ts';
import { createWorkspace, type TestWorkspace } from '../fixtures/workspace.ts';
import { findOutput } from '../outputs/found-output.ts';
import type { OutputsSurvey } from '../outputs/survey-outputs.ts';
import { CollectedOutputs } from './collected-outputs.ts';
import { FileMaker } from './file-maker.ts';
import { OutputStage } from './output-stage.ts';
import { Staging } from './staging.ts';

const nothingThere: OutputsSurvey = {
  atMs: 0,
  selection: { outputs: [], listed: [], absent: [], linkedParent: null },
  found: new Map(),
  right: new Set(),
  isExact: false,
};

function file(path: string, mode = 0o644): FileOutput {
  return { kind: 'file', path, mode, sizeBytes: path.length, sha256: createHash('sha256').update(path).digest('hex') };
}

/** Each file holds its own path. */
async function stage(
  workspace: TestWorkspace,
  wanted: readonly ManifestOutput[],
  maker: FileMaker,
): Promise<OutputStage> {
  const staging = new Staging(workspace.absolute('staging'), maker);
  const collected = new CollectedOutputs(staging, new Set());
  for (const output of wanted) if (output.kind === 'file') collected.write(output, Buffer.from(output.path), true);
  const staged = new OutputStage(staging, collected);
  try {
    await staged.fill(wanted, nothingThere);
    return staged;
  } catch (error) {
    staged[Symbol.dispose]();
    throw error;
  }
}

const wanted: readonly ManifestOutput[] = [
  { kind: 'directory', path: 'dist', mode: 0o777 },
  { kind: 'directory', path: 'dist/empty', mode: 0o700 },
  { kind: 'directory', path: 'dist/sub', mode: 0o775 },
  { kind: 'directory', path: 'dist/sub/deep', mode: 0o555 },
  ...Array.from({ length: 300 }, (_, index) => file(`dist/${index}`)),
  ...Array.from({ length: 300 }, (_, index) => file(`dist/sub/${index}`, 0o666)),
  file('dist/sub/deep/tool', 0o777),
  { kind: 'symlink', path: 'dist/sub/link', target: 'deep/tool' },
];

describe.each([
  ['by this thread', Infinity],
  ['by others', 0],
])('files that are made %s', (_name, slowMs) => {
  test('are all there, with the umask made good, and known as they are', async () => {
    using workspace = createWorkspace();
    using staged = await stage(workspace, wanted, new FileMaker(slowMs));
    const [root = ''] = [...staged.folders.values()].map((absolute) => absolute.slice(workspace.root.length + 1));
    const tree = workspace.tree(root);
    expect(Object.keys(tree)).toHaveLength(wanted.length);
    expect(tree).toMatchObject({
      [root]: '777 /',
      [`${root}/empty`]: '700 /',
      [`${root}/sub`]: '775 /',
      // Writable until it is in its place.
      [`${root}/sub/deep`]: '755 /',
      [`${root}/7`]: '644 dist/7',
      [`${root}/sub/299`]: '666 dist/sub/299',
      [`${root}/sub/deep/tool`]: '777 dist/sub/deep/tool',
      [`${root}/sub/link`]: '-> deep/tool',
    });
    for (const { path } of wanted)
      expect({ ...staged.found.get(path), path: '' }).toEqual({
        ...findOutput(workspace.root, `${root}${path.slice('dist'.length)}`),
        path: '',
      });
  });

  test('leave nothing behind where one of them cannot be made', async () => {
    using workspace = createWorkspace();
    const impossible = file(`dist/sub/deep/${'x'.repeat(300)}`);
    await expect(stage(workspace, [...wanted, impossible], new FileMaker(slowMs))).rejects.toMatchObject({
      code: 'ENAMETOOLONG',
    });
    expect(readdirSync(workspace.absolute('staging'))).toEqual([]);
  });
});

test('what is too much for the memory of all restores together is written while it is read', async () => {
  using workspace = createWorkspace();
  const staging = new Staging(workspace.absolute('staging'), new FileMaker(Infinity));
  using first = new CollectedOutputs(staging, new Set());
  const bytes = Buffer.alloc(256 * 1024);
  for (let index = 0; index < 128; index += 1) first.write(file(`${index}`), bytes, true);
  {
    using second = new CollectedOutputs(staging, new Set());
    second.write(file('a'), bytes, true);
    expect([first.kept.size, second.kept.size, second.staged.size]).toEqual([128, 0, 1]);
  }
  expect(readdirSync(workspace.absolute('staging'))).toEqual([]);
  first[Symbol.dispose]();
  using third = new CollectedOutputs(staging, new Set());
  third.write(file('a'), bytes, true);
  expect(third.kept.size).toBe(1);
});
