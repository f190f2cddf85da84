import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { nx, nxPluginFiles } from './nx-plugin-workspace.ts';
import { commitAll, makeFolder, makeWorkspace, type FileTree } from './make-workspace.ts';
import { cleanEnv, repositoryRoot } from './run-larder.ts';
import { nodeModulesWithNx } from './nx-under-test.ts';

/** What the packed plugin needs beside itself; a user gets it from the registry. */
const neighbours = ['nx', 'xxhash-addon'];

/** A workspace that holds the plugin as it is published: the packed tarball, unpacked; no link leads to its sources. */
export function packedNxWorkspace(overrides: FileTree = {}): string {
  const root = makeWorkspace(nxPluginFiles(overrides));
  const plugin = join(root, 'node_modules/@larder/nx');
  mkdirSync(dirname(plugin), { recursive: true });
  cpSync(unpackPlugin(), plugin, { recursive: true });
  for (const name of neighbours) {
    const link = join(root, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    const from = name === 'nx' ? nodeModulesWithNx : join(repositoryRoot, 'node_modules');
    symlinkSync(join(from, name), link);
  }
  return root;
}

/** The same with its targets adopted, as a commit. */
export async function adoptedNxWorkspace(overrides: FileTree = {}): Promise<string> {
  const root = packedNxWorkspace(overrides);
  const adopted = await nx(root, ['g', '@larder/nx:adopt']);
  if (adopted.exitCode !== 0) throw new Error(`${adopted.stdout}${adopted.stderr}`);
  commitAll(root, 'adopted');
  return root;
}

function unpackPlugin(): string {
  const folder = makeFolder();
  const options = { env: cleanEnv(), encoding: 'utf8' as const, stdio: 'pipe' as const };
  const packing = ['pack', '--pack-destination', folder];
  const packed = execFileSync('npm', packing, { ...options, cwd: join(repositoryRoot, 'plugins/nx') });
  execFileSync('tar', ['-xf', join(folder, packed.trim().split('\n').at(-1) ?? '')], { ...options, cwd: folder });
  return join(folder, 'package');
}
