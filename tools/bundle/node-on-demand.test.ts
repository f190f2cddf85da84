import { createRequire } from 'node:module';
import { Script } from 'node:vm';
import { expect, test } from 'vitest';
import { defineOnDemand, loadNodeOnDemand } from './node-on-demand.ts';

test('a module of Node is loaded when something of it is used, and only then', () => {
  const required: string[] = [];
  const require = (name: string): unknown => (required.push(name), createRequire(import.meta.url)(name));
  const bundled = 'var import_node_zlib=require("node:zlib");({ inflate: data => import_node_zlib.inflateSync(data) })';
  const script = new Script(defineOnDemand + loadNodeOnDemand(bundled));
  const { inflate } = script.runInNewContext({ require }) as { inflate: (data: Buffer) => Buffer };
  expect(required).toEqual([]);
  expect(inflate(Buffer.from('eJxLBAAAYgBi', 'base64')).toString()).toBe('a');
  expect(inflate(Buffer.from('eJxLBAAAYgBi', 'base64')).toString()).toBe('a');
  expect(required).toEqual(['node:zlib']);
});

test('a module of Node that is imported lazily is required when the import runs', async () => {
  const required: string[] = [];
  const require = (name: string): unknown => (required.push(name), createRequire(import.meta.url)(name));
  const bundled = '(async()=>{let{basename}=await import("node:path");return basename("a/b")})';
  const load = new Script(loadNodeOnDemand(bundled)).runInNewContext({ require }) as () => Promise<string>;
  expect(required).toEqual([]);
  expect(await load()).toBe('b');
  expect(required).toEqual(['node:path']);
});

test('what a library imports by default is loaded when something of it is used', () => {
  const required: string[] = [];
  const require = (name: string): unknown => (required.push(name), createRequire(import.meta.url)(name));
  const bundled = 'var import_node_path=__toESM(require("node:path"),1);text=>import_node_path.default.basename(text)';
  const basename = new Script(defineOnDemand + loadNodeOnDemand(bundled)).runInNewContext({ require }) as (
    text: string,
  ) => string;
  expect(required).toEqual([]);
  expect(basename('a/b')).toBe('b');
});

test.each([
  'import_node_fs=__toESM(require("node:fs"),1);use(import_node_fs)',
  'import_node_fs=__toESM(require("node:fs"),1);import_node_fs.default.stat(import_node_fs.constants)',
  'import_node_fs=require("node:fs")',
  'import_node_path2=require("node:path")',
  'import_ignore=__toESM(require_ignore())',
  'childProcess=require("node:child_process")',
  'await import("./tui.js")',
  'loader.import("node:path")',
])('%s stays as it is', (text) => {
  expect(loadNodeOnDemand(text)).toBe(text);
});
