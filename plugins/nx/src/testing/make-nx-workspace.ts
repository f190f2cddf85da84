import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A temporary workspace in which this version of nx seems to be installed and has written this graph; removed after the test. */
export function makeNxWorkspace(nxVersion: string, graphText: string): string {
  const root = mkdtempSync(join(tmpdir(), 'larder-nx-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('package.json', '{}');
  write('node_modules/nx/package.json', JSON.stringify({ name: 'nx', version: nxVersion }));
  write('node_modules/nx/bin/run-executor.js', '');
  write('.nx/workspace-data/project-graph.json', graphText);
  return root;
}
