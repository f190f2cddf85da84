import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isJsonObject } from '@larder/core';
import { parseOptions } from './parse-options.ts';

interface CreateNodesContext {
  readonly workspaceRoot: string;
}

type CreatedNodes = readonly (readonly [file: string, result: { readonly projects: object }])[];

/** What `nx show project` lists for the root where the option `targets` asks for it; nothing else is ever inferred. */
export async function createRootTargets(
  files: readonly string[],
  options: unknown,
  { workspaceRoot }: CreateNodesContext,
): Promise<CreatedNodes> {
  const [{ targets }] = parseOptions(options);
  const file = files.find((each) => each === 'nx.json');
  if (!targets || file === undefined) return [];
  const root = { root: '.', name: readName(workspaceRoot), targets: { ...askLarder('doctor'), ...askLarder('stats') } };
  return [[file, { projects: { '.': root } }]];
}

function askLarder(command: string): object {
  const metadata = { description: `Runs "larder ${command}"`, technologies: ['larder'] };
  return { [`larder-${command}`]: { command: `larder ${command}`, options: { cwd: '{workspaceRoot}' }, metadata } };
}

/** The root needs a name to be a project. */
function readName(workspaceRootAbsolute: string): string {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(workspaceRootAbsolute, 'package.json'), 'utf8'));
    if (isJsonObject(manifest) && typeof manifest['name'] === 'string') return manifest['name'];
  } catch {
    // Then it is called after its folder.
  }
  return basename(workspaceRootAbsolute);
}
