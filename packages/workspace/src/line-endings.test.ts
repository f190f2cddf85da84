import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { asWorkspacePath } from '@larder/core';
import type { FileFacts } from '@larder/core';
import { expect, test } from 'vitest';

import { readWorkspace } from './read-workspace.ts';
import { addFiles, makeFolder } from './testing/make-folder.ts';
import { makeRepository } from './testing/make-repository.ts';

function factsOf(root: string, path: string): FileFacts | null {
  const stateDirectoryAbsolute = join(root, '.larder/state');
  return readWorkspace(root, { stateDirectoryAbsolute, log: () => {} }).files.factsOf(asWorkspacePath(path));
}

function digestWith(attributes: string, path: string, content: string): string | undefined {
  return factsOf(makeFolder({ '.gitattributes': attributes, [path]: content }), path)?.digest;
}

test('a text file has the same facts with CRLF and LF where the tree says that it is text', () => {
  for (const attributes of ['* text=auto', '*.ts text', '*.ts text eol=crlf']) {
    expect(digestWith(attributes, 'a.ts', 'x\r\ny\r\n')).toBe(digestWith(attributes, 'a.ts', 'x\ny\n'));
  }
});

test('every byte counts where the tree does not say so, and in binary files', () => {
  for (const attributes of ['', '*.js text', '* text=auto\n*.ts -text']) {
    expect(digestWith(attributes, 'a.ts', 'x\r\n')).not.toBe(digestWith(attributes, 'a.ts', 'x\n'));
  }
  for (const binary of ['\0x\r\n', 'a\rb\r\n', '\u0001\u0002\u0003\r\n']) {
    const converted = binary.replaceAll('\r\n', '\n');
    expect(digestWith('* text=auto', 'a', binary)).not.toBe(digestWith('* text=auto', 'a', converted));
  }
});

test('a lone CR counts', () => {
  expect(digestWith('* text', 'a', 'x\ry')).not.toBe(digestWith('* text', 'a', 'x\ny'));
});

test('what was learnt by other rules is not used', async () => {
  const root = makeFolder({ 'a.ts': 'x\r\n' });
  const open = () => readWorkspace(root, { stateDirectoryAbsolute: join(root, '.larder/state'), log: () => {} });
  const before = open();
  const digest = before.files.factsOf(asWorkspacePath('a.ts'))?.digest;
  before.saveState();
  addFiles(root, { '.gitattributes': '* text' });
  expect(open().files.factsOf(asWorkspacePath('a.ts'))?.digest).not.toBe(digest);
});

test('attributes above a workspace that is a folder of its repository count', () => {
  const { root } = makeRepository({ '.gitattributes': 'below/*.ts text', 'below/a.ts': 'x\r\n', 'below/b.ts': 'x\n' });
  const below = join(root, 'below');
  expect(factsOf(below, 'a.ts')).toEqual(factsOf(below, 'b.ts'));
});

test("where the file system keeps no executable bit, git's index says what is executable", () => {
  const { root, git } = makeRepository({ 'run.sh': '#!/bin/sh\n', 'b.txt': 'b' });
  git('update-index', '--chmod=+x', 'run.sh');
  git('config', 'core.fileMode', 'false');
  writeFileSync(join(root, 'b.txt'), 'b');
  chmodSync(join(root, 'b.txt'), 0o777);
  expect(factsOf(root, 'run.sh')?.executable).toBe(true);
  expect(factsOf(root, 'b.txt')?.executable).toBe(false);
});
