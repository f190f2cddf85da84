import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { FileFacts } from '@larder/core';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { readWorkspace } from './read-workspace.ts';

/** Names that locales sort and compare in ways of their own. */
const name = fc.constantFrom('a', 'B', 'ä', 'z', 'I', 'ı', 'i', 'a/b', 'a-b', 'ß/c', 'Z/ä', 'a b', '_');
const text = fc.constantFrom('', 'x', 'x\n', 'ä');
const tree = fc.uniqueArray(fc.tuple(name, text), { maxLength: 8, selector: ([path]) => path });

interface Checkout {
  readonly files: readonly (readonly [string, string])[];
  readonly folder: string;
  readonly mode: number;
}

function readFacts({ files, folder, mode }: Checkout): readonly (readonly [string, FileFacts | null])[] {
  const temporary = mkdtempSync(join(tmpdir(), 'larder-same-'));
  try {
    const root = join(temporary, folder);
    mkdirSync(root, { recursive: true });
    for (const [path, content] of files) {
      const absolute = join(root, 'in', path, 'file');
      mkdirSync(dirname(absolute), { recursive: true });
      writeFileSync(absolute, content);
      chmodSync(absolute, mode);
    }
    const opened = readWorkspace(root, { stateDirectoryAbsolute: join(temporary, 'state'), log: () => {} });
    return opened.files.paths.map((path) => [path, opened.files.factsOf(path)]);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

test('equal trees have equal facts in equal order, whatever the order of writing, the folder and the umask', () => {
  const written = tree.chain((files) =>
    fc.tuple(fc.constant(files), fc.shuffledSubarray(files, { minLength: files.length })),
  );
  fc.assert(
    fc.property(
      written,
      fc.constantFrom('w', 'deep/er ü'),
      fc.constantFrom(0o600, 0o664),
      ([files, shuffled], folder, mode) => {
        const one = readFacts({ files, folder: 'w', mode: 0o644 });
        expect(one.length).toBe(files.length);
        expect(readFacts({ files: shuffled, folder, mode })).toEqual(one);
      },
    ),
    { numRuns: 60 },
  );
});
