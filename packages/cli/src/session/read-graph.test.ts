import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyConfig } from '@larder/core/fixtures';
import { expect, onTestFinished, test } from 'vitest';
import type { Terminal } from '../terminal.ts';
import { createGraphContext, readGraph } from './read-graph.ts';

const contribute = '{ projects: [], edges: [], externals: null, problems: [], parallel: "3" }';
const modules = {
  'only-a-reporter.mjs':
    'export default { name: "r", create: () => ({ kind: "valid", parts: { reporter: () => ({}) } }) };',
  'a-graph.mjs': `export default { name: "g", create: () => ({ kind: "valid", parts: { graph: {
    applies: () => true, dependsOnFiles: ["**"], contribute: async () => (${contribute}) } } }) };`,
};

test('what plugins said stands in the order of the plugins, those that say nothing counted', async () => {
  const root = mkdtempSync(join(tmpdir(), 'larder-read-graph-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(modules)) writeFileSync(join(root, name), text);
  const config = { ...emptyConfig, plugins: Object.keys(modules).map((name) => ({ name: `./${name}`, options: {} })) };
  const terminal = { env: {}, signal: new AbortController().signal } as Terminal;
  const log = (): void => {};
  const spawn = (): never => {
    throw new Error('nothing is started');
  };
  const files = { paths: [], has: () => false, under: () => [], factsOf: () => null };
  const parts = {
    rootAbsolute: root,
    stateDirectoryAbsolute: join(root, '.larder'),
    files,
    spawn,
    log,
    terminal,
    config,
  };
  const read = await readGraph(createGraphContext(parts), { nx: null, workspace: null });
  expect(read.plugins).toHaveLength(3);
  expect(read.contributions.map((contribution) => contribution?.parallel ?? null)).toEqual([null, null, '3']);
});
