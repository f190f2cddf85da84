import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createWorkspace } from '../fixtures/workspace.ts';
import { findOutput } from '../outputs/found-output.ts';
import { readLargeFile, readSmallFile, type FoundFile } from './read-output-file.ts';

async function readPieces(root: string, found: FoundFile): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of readLargeFile(root, found)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe.each([
  ['in one go', async (root: string, found: FoundFile) => readSmallFile(root, found).toString()],
  ['in pieces', readPieces],
])('a file that is read %s', (_, read) => {
  test.each<[string, (file: string) => void, string]>([
    ['was written to', (file) => writeFileSync(file, 'other'), '"web/dist/a" was written to while it was being read'],
    ['was removed', (file) => rmSync(file), '"web/dist/a" was removed while it was being read'],
    [
      'became a link',
      (file) => {
        rmSync(file);
        symlinkSync('b', file);
      },
      '"web/dist/a" cannot be read: ELOOP',
    ],
  ])('and %s since it was found is refused by name', async (_change, change, message) => {
    using workspace = createWorkspace();
    workspace.write({ 'web/dist/a': 'text', 'web/dist/b': 'text' });
    const found = findOutput(workspace.root, 'web/dist/a')!;
    expect(await read(workspace.root, found)).toBe('text');
    change(join(workspace.root, 'web/dist/a'));
    await expect(read(workspace.root, found)).rejects.toThrow(message);
    await expect(read(workspace.root, found)).rejects.toHaveProperty('name', 'OutputTrouble');
  });
});
